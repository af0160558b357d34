import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { TaskDefinition } from '../../../lib/aws/task-definition-compose.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { Findings } from '../../../lib/core/errors.ts';
import type { ReleasedService, ReleaseReport, Verdict } from '../../../lib/core/release.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { readConfig } from '../../../lib/world/handed-on.ts';
import type { World } from '../../../lib/world/open-world.ts';
import { applyRelease, type ApplyWorld, type Progress } from './apply.ts';
import type { DeployInputs } from './inputs.ts';
import { type ObservedEnvironment, observeEnvironment } from './observe.ts';
import { registrationPace } from './pace.ts';
import { planRelease, type ReleasePlan } from './plan.ts';
import { describePlan, summarisePlan } from './plan-words.ts';
import { recordRelease, releaseIdOf } from './record.ts';
import { buildReport, failureOf, publishReport } from './report.ts';
import { refusedResult, resultOf } from './result.ts';
import { composeWanted, type WantedService } from './wanted.ts';

/** Takes the services to the release's images, all or none, and says how it ended. */
export async function deploy(inputs: DeployInputs, step: Step, { manifest, aws }: World): Promise<void> {
  const services = chooseServices(manifest, inputs.services);
  const config = await readConfig(inputs.config, manifest);
  const contract = await readContract(aws, manifest);
  const wanted = services.map((service) =>
    composeWanted(service, { manifest, contract, config, images: inputs.images }),
  );

  const where = { application: manifest.application, environment: manifest.environment.name };
  const observed = await observeEnvironment(aws, {
    cluster: contract.cluster.name,
    services: wanted.map(({ service, infra, digest }) => ({
      name: service.name,
      ecsName: infra.service,
      repository: infra.repository,
      digest,
    })),
    where,
  });
  const startedAt = aws.clock.now();
  const preparation = { inputs, step, aws, contract, where, observed, startedAt };
  const plan = await planOrRefuse(wanted, preparation);
  step.log.info(describePlan(plan));
  step.summary.add(summarisePlan(plan));
  if (inputs.planOnly) return;

  const run: Run = { ...preparation, plan, progress: new Map() };
  const verdict = await applyWatched(run);
  const report = await conclude(run, verdict, undefined);
  const failure = failureOf(report, inputs.waitForMinutes);
  if (failure !== undefined) throw failure;
}

type Preparation = {
  readonly inputs: DeployInputs;
  readonly step: Step;
  readonly aws: World['aws'];
  readonly contract: Contract;
  readonly where: { readonly application: string; readonly environment: string };
  readonly observed: ObservedEnvironment;
  readonly startedAt: number;
};

type Run = Preparation & { readonly plan: ReleasePlan; readonly progress: Progress };

/** A release that cannot begin is reported too: as refused, with what runs now. */
async function planOrRefuse(wanted: readonly WantedService[], preparation: Preparation): Promise<ReleasePlan> {
  const { inputs, step, aws, contract, observed, startedAt } = preparation;
  try {
    return planRelease(wanted, observed, { contract, forceNewDeployment: inputs.forceNewDeployment });
  } catch (error) {
    const findings = error instanceof Findings ? error.findings : [];
    const report = await buildReport(aws, {
      release: inputs.release ?? releaseIdOf(step.job, startedAt),
      operation: 'deploy',
      verdict: 'refused',
      reason: 'The release was not begun.',
      cluster: contract.cluster.name,
      startedAt,
      results: wanted.map((one) => refusedResult(one, findings, digestsOf(observed))),
    });
    await publishReport(step, report);
    throw error;
  }
}

/** Whatever interrupts the work, what is known is told before the error goes its way. */
async function applyWatched(run: Run): Promise<Verdict> {
  const { plan, progress, step } = run;
  try {
    return await applyRelease(plan, progress, applyWorld(run));
  } catch (error) {
    for (const { target } of progress.values()) {
      if (target !== undefined) step.log.info(`${target.name}: ${target.deploymentId} goes on in ECS`);
    }
    const reason = error instanceof Error ? error.message : 'interrupted';
    await conclude(run, 'unknown', reason).catch(() => step.log.warn('The state could not be read any more.'));
    throw error;
  }
}

function applyWorld({ inputs, step, aws, contract, where }: Run): ApplyWorld {
  const release = inputs.release ?? releaseIdOf(step.job, aws.clock.now());
  const waitForMs = inputs.waitForMinutes * 60_000;
  return {
    aws,
    contract,
    cluster: contract.cluster.name,
    log: step.log,
    signal: step.signal,
    release,
    tags: {
      'slipway:environment': where.environment,
      'slipway:release': release,
      'slipway:commit': step.job.commit,
      'slipway:run': step.job.runId,
    },
    registrations: registrationPace(aws.clock),
    deadline: aws.clock.elapsed() + waitForMs,
    undoForMs: waitForMs,
    onFailure: inputs.onFailure,
  };
}

/** Ledger, report, outputs and summary. */
async function conclude(run: Run, verdict: Verdict, reason: string | undefined): Promise<ReleaseReport> {
  const { inputs, step, aws, contract, where, observed, progress, startedAt } = run;
  const cluster = contract.cluster.name;
  const given = inputs.release ?? releaseIdOf(step.job, startedAt);
  const isOver = verdict !== 'unknown' && verdict !== 'refused';
  const recording = {
    where,
    release: given,
    job: step.job,
    verdict,
    cluster,
    services: releasedServices(run),
    current: observed.current,
  };
  const release = isOver ? await recordRelease(aws, recording) : given;
  const results = [...progress.values()].map((one) => resultOf(one, digestsOf(observed)));
  const report = await buildReport(aws, { release, operation: 'deploy', verdict, reason, cluster, startedAt, results });
  await publishReport(step, report);
  return report;
}

/** What the ledger needs to bring this release back. */
function releasedServices({ progress, plan }: Run): Readonly<Record<string, ReleasedService>> {
  const entries = plan.services.flatMap(({ name, ecsName, wanted, before, change }): [string, ReleasedService][] => {
    const taskDefinition =
      progress.get(name)?.target?.taskDefinition ?? (change === 'unchanged' ? before?.taskDefinition : undefined);
    if (taskDefinition === undefined) return [];
    return [[name, { service: ecsName, repository: wanted.infra.repository, digest: wanted.digest, taskDefinition }]];
  });
  return Object.fromEntries(entries);
}

/** Digests of the images in what runs before the release, by definition. */
function digestsOf({ definitions }: ObservedEnvironment): ReadonlyMap<string, string> {
  return new Map([...definitions].map(([arn, { definition }]) => [arn, digestIn(definition)]));
}

function digestIn(definition: TaskDefinition): string {
  const image = definition.containerDefinitions?.[0]?.image ?? '';
  return image.includes('@') ? image.slice(image.indexOf('@') + 1) : '';
}
