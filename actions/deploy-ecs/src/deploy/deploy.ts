import { readContract } from '../../../../lib/aws/ssm-contract.ts';
import { imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { Findings } from '../../../../lib/core/errors.ts';
import type { ReleaseBegun, ReleasedService } from '../../../../lib/core/ledger.ts';
import type { ReleaseReport, Verdict } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { chooseServices } from '../../../../lib/world/choose-services.ts';
import { readConfig } from '../../../../lib/world/handed-on.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import { applyRelease, type ApplyWorld, type Progress } from '../apply/apply.ts';
import type { DeployInputs } from '../inputs.ts';
import { type ObservedEnvironment, observeEnvironment } from './observe.ts';
import { registrationPace } from '../apply/registration-pace.ts';
import { planRelease, type ReleasePlan } from './plan.ts';
import { describePlan, summarisePlan } from './plan-words.ts';
import { beforeOf, beginRecord, concludeRecord, releaseIdOf, runNameOf } from './record.ts';
import { buildReport, failureOf, publishReport } from '../report/report.ts';
import { refusedResult, resultOf } from '../report/result.ts';
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
  const release = inputs.release ?? releaseIdOf(step.job, startedAt);
  const preparation = { inputs, step, aws, contract, where, observed, release, startedAt };
  const plan = await planOrRefuse(wanted, preparation);
  step.log.info(describePlan(plan));
  step.summary.add(summarisePlan(plan));
  if (inputs.until !== 'end') return;

  const id = await beginRecord(aws, where, begunOf(plan, preparation, manifest));
  const run: Run = { ...preparation, release: id, plan, progress: new Map() };
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
  readonly release: string;
  readonly startedAt: number;
};

/** What the ledger is told before the first change. */
function begunOf(
  plan: ReleasePlan,
  { step, contract, observed, release, startedAt }: Preparation,
  { environment: { account, region } }: World['manifest'],
): ReleaseBegun {
  return {
    schema: 1,
    id: release,
    operation: 'deploy',
    commit: step.job.commit,
    run: runNameOf(step.job),
    at: new Date(startedAt).toISOString(),
    account,
    region,
    cluster: contract.cluster.name,
    previous: observed.head?.current,
    before: beforeOf(plan.services),
  };
}

type Run = Preparation & { readonly plan: ReleasePlan; readonly progress: Progress };

/** A release that cannot begin is reported too: as refused, with what runs now. */
async function planOrRefuse(wanted: readonly WantedService[], preparation: Preparation): Promise<ReleasePlan> {
  const { inputs, aws, contract, observed, release, startedAt, step } = preparation;
  try {
    return planRelease(wanted, observed, { contract, forceNewDeployment: inputs.forceNewDeployment });
  } catch (error) {
    const findings = error instanceof Findings ? error.findings : [];
    const report = await buildReport(aws, {
      release,
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

function applyWorld({ inputs, step, aws, contract, where, release }: Run): ApplyWorld {
  const waitForMs = inputs.waitForMinutes * 60_000;
  return {
    aws,
    contract,
    cluster: contract.cluster.name,
    log: step.log,
    signal: step.signal,
    release,
    forceNewDeployment: inputs.forceNewDeployment,
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

/** Ledger, report, outputs and summary. A ledger that cannot be written is an error, but the report comes first. */
async function conclude(run: Run, verdict: Verdict, reason: string | undefined): Promise<ReleaseReport> {
  const { step, aws, contract, observed, progress, startedAt } = run;
  const isOver = verdict !== 'unknown' && verdict !== 'refused';
  const error = isOver ? await record(run, verdict) : undefined;
  const report = await buildReport(aws, {
    release: run.release,
    operation: 'deploy',
    verdict,
    reason,
    cluster: contract.cluster.name,
    startedAt,
    results: [...progress.values()].map((one) => resultOf(one, digestsOf(observed))),
  });
  await publishReport(step, report);
  if (error !== undefined) throw error;
  return report;
}

async function record(run: Run, verdict: Verdict): Promise<Error | undefined> {
  const { step, aws, where, observed, release } = run;
  const services = { ...observed.current?.services, ...releasedServices(run) };
  try {
    await concludeRecord(aws, where, { id: release, part: { verdict, services } });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    step.log.warn(`The ledger could not be written, so a rollback does not know this release: ${error.message}`);
    return error;
  }
}

/** What the ledger needs to bring this release back. */
function releasedServices({ progress, plan }: Run): Readonly<Record<string, ReleasedService>> {
  const entries = plan.services.flatMap(({ name, ecsName, wanted, before, change }): [string, ReleasedService][] => {
    const { target, undone } = progress.get(name) ?? {};
    // It is back on what the release before says of it, or has nothing that anybody should return to.
    if (undone !== undefined && (undone.isBack || undone.plan.goesBackTo === undefined)) return [];
    const taskDefinition = target?.taskDefinition ?? (change === 'unchanged' ? before?.taskDefinition : undefined);
    if (taskDefinition === undefined) return [];
    return [[name, { service: ecsName, repository: wanted.infra.repository, digest: wanted.digest, taskDefinition }]];
  });
  return Object.fromEntries(entries);
}

/** Digests of the images in what runs before the release, and in what the ledger's current release left, by definition. */
function digestsOf({ definitions, current }: ObservedEnvironment): ReadonlyMap<string, string> {
  const recorded = Object.values(current?.services ?? {});
  return new Map([
    ...recorded.map(({ taskDefinition, digest }) => [taskDefinition, digest] as const),
    ...[...definitions].map(([arn, { definition }]) => [arn, imageDigestOf(definition)] as const),
  ]);
}
