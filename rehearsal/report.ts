import { ecsServiceName } from '../lib/core/names.ts';
import type { RehearsalArguments } from './arguments.ts';
import type { RehearsalReport, ReleaseOutcome, ReportedService, StepOutcome } from './outcome.ts';
import type { Scenario } from './scenarios/scenario.ts';
import type { ServiceTruth } from './simulated-aws.ts';

/** Everything that is known at the end, put into the form of `--report`. */
export type Known = {
  readonly wish: RehearsalArguments;
  readonly scenario: Scenario;
  readonly outcomes: readonly ReleaseOutcome[];
  readonly application: string;
  readonly truth: readonly ServiceTruth[];
  readonly judgement: { readonly agrees: boolean; readonly differences: readonly string[] };
  readonly calls: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, number>>;
  readonly notSimulated: readonly string[];
  readonly provisionSeconds: number;
  readonly wallSeconds: number;
};

export function reportRehearsal(known: Known): RehearsalReport {
  const outcome = known.outcomes.at(-1)!;
  const { wish, judgement } = known;
  return {
    scenario: wish.scenario,
    driver: wish.driver,
    seed: wish.seed,
    speed: wish.speed,
    verdict: outcome.verdict,
    release: outcome.release,
    ...(outcome.failedAt === undefined ? {} : { failedAt: outcome.failedAt }),
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
    wallSeconds: rounded(known.wallSeconds),
    phases: [
      { name: 'infrastructure', seconds: rounded(known.provisionSeconds) },
      ...known.outcomes.slice(0, -1).map(({ title, steps }) => ({ name: title, seconds: rounded(total(steps)) })),
      ...outcome.steps.map(({ name, seconds }) => ({ name, seconds: rounded(seconds) })),
    ],
    builds: outcome.builds,
    services: servicesOf(outcome, known),
    migrations: outcome.migrations,
    calls: known.calls,
    memory: known.memory,
    notSimulated: known.notSimulated,
    expected: known.scenario.expected,
    agrees: judgement.agrees,
    differences: judgement.differences,
    setup: known.outcomes.slice(0, -1).map(({ title, release, verdict }) => ({ title, release, verdict })),
  };
}

/** As deploy-ecs reported them; what the embedded AWS runs when deploy-ecs was never reached. */
function servicesOf(outcome: ReleaseOutcome, { application, truth }: Known): ReportedService[] {
  if (outcome.report !== undefined) {
    return outcome.report.services.map((service) => ({
      name: service.name,
      change: service.change,
      digest: service.digest,
      taskDefinition: service.taskDefinition,
      deploymentId: service.deploymentId,
      rolloutState: service.rolloutState,
      running: service.running,
      desired: service.desired,
    }));
  }
  return truth.map((service) => ({
    name: manifestName(application, service),
    digest: service.runningDigests[0] ?? '',
    taskDefinition: service.taskDefinition,
    deploymentId: service.deploymentId,
    rolloutState: service.rolloutState,
    running: service.running,
    desired: service.desired,
  }));
}

/** The manifest's name of an ECS service, e.g. `web` of `smartboard-web`. */
export function manifestName(application: string, { service }: ServiceTruth): string {
  return service.slice(ecsServiceName(application, '').length);
}

const total = (steps: readonly StepOutcome[]) => steps.reduce((sum, { seconds }) => sum + seconds, 0);
const rounded = (seconds: number) => Math.round(seconds * 10) / 10;
