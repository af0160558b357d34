import type { Aws } from '../../../../lib/aws/session.ts';
import { readContract } from '../../../../lib/aws/ssm-contract.ts';
import { imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import type { Contract, ServiceContract } from '../../../../lib/core/contract.ts';
import type { Service } from '../../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import { ecsServiceName } from '../../../../lib/core/names.ts';
import type { PlannedService, PlanReport } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { chooseServices } from '../../../../lib/world/choose-services.ts';
import { checkImages } from '../../../../lib/world/handed-on.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import { type ObservedEnvironment, observeLedger, observeServices } from '../deploy/observe.ts';
import { observeOthers } from '../deploy/others.ts';
import { planRelease } from '../deploy/plan.ts';
import { describePlan, reportPlan } from '../deploy/plan-words.ts';
import { releaseIdOf } from '../deploy/record.ts';
import { composeWanted, type WantedService } from '../deploy/wanted.ts';
import type { PreviewInputs } from '../inputs.ts';
import { openPhases } from '../report/phases.ts';
import { buildReport, publishReport } from '../report/report.ts';
import { configAsKnown } from './config-as-known.ts';

/**
 * What a deploy of this manifest would change, before anything was built or configured: an image that nobody has built
 * is taken to be the one that runs. Reads only, no secret among it, and verifies nothing, since what a pull request adds
 * may wait for infra.
 */
export async function preview(inputs: PreviewInputs, step: Step, { manifest, aws }: World): Promise<void> {
  const startedAt = aws.clock.now();
  checkImages(inputs.images, manifest);
  const services = chooseServices(manifest, inputs.services);
  const contract = await readContract(aws, manifest);
  const observed = await observe(aws, { manifest, contract, services });
  const wanted = services.flatMap((service) => wantedOf(service, { manifest, contract, observed, inputs }) ?? []);
  // A restart of what has not changed is no news about a pull request.
  const plan = planRelease(wanted, observed, { contract, manifest, forceNewDeployment: false });
  step.log.info(describePlan(plan));
  const first = services.filter(({ name }) => wanted.every(({ service }) => service.name !== name));
  await publishReport(
    step,
    await buildReport(aws, {
      release: releaseIdOf(step.job, startedAt),
      operation: 'plan',
      verdict: undefined,
      reason: 'Held against what runs. What templates are composed of is known once the release is configured.',
      cluster: contract.cluster.name,
      startedAt,
      results: [],
      plan: withFirstReleases(
        reportPlan(plan),
        first.map((service) => firstRelease(service, manifest)),
      ),
      phases: openPhases(aws.clock).all,
    }),
  );
}

type Subject = { readonly manifest: SelectedManifest; readonly contract: Contract };

async function observe(
  aws: Aws,
  { manifest, contract, services }: Subject & { readonly services: readonly Service[] },
): Promise<ObservedEnvironment> {
  const where = { application: manifest.application, environment: manifest.environment.name };
  const cluster = contract.cluster.name;
  const names = services.flatMap(({ name }) => contract.services.get(name)?.service ?? []);
  const [running, ledger] = await Promise.all([observeServices(aws, cluster, names), observeLedger(aws, where)]);
  const recorded = Object.values(ledger.current?.services ?? {}).map(({ service }) => service);
  const others = await observeOthers(aws, cluster, { where, released: names, recorded });
  return { ...running, ...ledger, others, images: new Map(), manifests: new Map() };
}

type Known = Subject & { readonly observed: ObservedEnvironment; readonly inputs: PreviewInputs };

/** Undefined for a service that has never run and has no image yet: nothing of it can be compared. */
function wantedOf(service: Service, { manifest, contract, observed, inputs }: Known): WantedService | undefined {
  const infra = contract.services.get(service.name);
  if (infra === undefined) return undefined;
  const running = runningDefinition(infra, observed);
  const given = Object.hasOwn(inputs.images, service.name) ? inputs.images[service.name] : undefined;
  const digest = given ?? (running === undefined ? '' : imageDigestOf(running, service.name));
  if (digest === '') return undefined;
  const config = configAsKnown(service, { manifest, contract, running });
  return composeWanted(service, { manifest, contract, config, images: { [service.name]: digest } });
}

function runningDefinition({ service }: ServiceContract, { services, definitions }: ObservedEnvironment) {
  const found = services.get(service);
  return found === undefined || found.status === 'INACTIVE'
    ? undefined
    : definitions.get(found.taskDefinition)?.definition;
}

function firstRelease({ name }: Service, { application }: SelectedManifest): PlannedService {
  return { name, service: ecsServiceName(application, name), change: 'create', digest: '', changes: [] };
}

/** They come last: on whom they wait is planned when their images are there. */
function withFirstReleases(plan: PlanReport, first: readonly PlannedService[]): PlanReport {
  return first.length === 0 ? plan : { ...plan, willChange: true, waves: [...plan.waves, first] };
}
