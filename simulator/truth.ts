import { z } from 'zod';
import type { Cloud, ServiceTruth, TaskTruth } from './cloud.ts';

const claimedService = z.strictObject({
  name: z.string().min(1),
  cluster: z.string().min(1),
  /** Digest that every running task is said to run. */
  digest: z.string().optional(),
  taskDefinition: z.string().optional(),
  deploymentId: z.string().optional(),
  rolloutState: z.string().optional(),
  desired: z.int().optional(),
  running: z.int().optional(),
  /** The service is said not to exist. */
  absent: z.literal(true).optional(),
});

/** What somebody says about a release. */
export const claimShape = z.strictObject({
  verdict: z.enum([
    'succeeded',
    'unchanged',
    'rolled-back',
    'undone',
    'mixed',
    'superseded',
    'refused',
    'timed-out',
    'unknown',
  ]),
  services: z.array(claimedService),
  migrations: z.array(z.strictObject({ taskArn: z.string(), exitCode: z.int().optional() })).default([]),
});
export type Claim = z.input<typeof claimShape>;
type ClaimedService = z.infer<typeof claimedService>;
type Verdict = z.infer<typeof claimShape>['verdict'];

export type Judgement = { readonly agrees: boolean; readonly differences: readonly string[] };

/** What really runs. */
export function truth(cloud: Pick<Cloud, 'ecs'>): readonly ServiceTruth[] {
  return cloud.ecs.truth();
}

/** Verdicts that say: every service stands still on exactly what is claimed. */
const settledVerdicts: ReadonlySet<Verdict> = new Set(['succeeded', 'unchanged', 'rolled-back', 'undone', 'refused']);
/** Of these, the ones that only count when the digest was named. */
const digestVerdicts: ReadonlySet<Verdict> = new Set(['succeeded', 'unchanged', 'rolled-back', 'undone', 'mixed']);
/** Nothing is said to be well when a migration failed. */
const migratedVerdicts: ReadonlySet<Verdict> = new Set(['succeeded', 'unchanged']);

/**
 * Compares a claim with the simulator's own state, and nothing else. Leaving a service out does not hide it: one that
 * is not named must at least be settled, and after `refused` every service there is must be named, so that one made in secret is seen.
 * Throws ZodError for something that is no claim.
 */
export function judge(cloud: Pick<Cloud, 'ecs'>, claimed: unknown): Judgement {
  const { verdict, services, migrations } = claimShape.parse(claimed);
  const real = truth(cloud);
  const differences = [
    ...judgeExtent(verdict, services, real),
    ...services.flatMap((service) => judgeService(verdict, service, findTruth(real, service))),
    ...migrations.flatMap(({ taskArn, exitCode }) =>
      judgeMigration(verdict, taskArn, exitCode, cloud.ecs.taskTruth(taskArn)),
    ),
  ];
  return { agrees: differences.length === 0, differences };
}

const findTruth = (real: readonly ServiceTruth[], { cluster, name }: ClaimedService) =>
  real.find((one) => one.service === name && one.cluster === cluster);

function judgeExtent(verdict: Verdict, services: readonly ClaimedService[], real: readonly ServiceTruth[]): string[] {
  const unnamed = real.filter((one) => !services.some((named) => findTruth([one], named) !== undefined));
  if (verdict === 'refused')
    return unnamed.map(({ service }) => `${service} exists, although the refused release is said to have made nothing`);
  if (!settledVerdicts.has(verdict)) return [];
  const empty = services.length === 0 ? [`"${verdict}" names no service`] : [];
  return [
    ...empty,
    ...unnamed.filter((one) => !isSettled(one)).map((one) => `${one.service} is not named, and ${state(one)}`),
  ];
}

function judgeService(verdict: Verdict, claimed: ClaimedService, real: ServiceTruth | undefined): string[] {
  const { name } = claimed;
  if (claimed.absent) return real === undefined ? [] : [`${name} exists`];
  if (real === undefined) return [`${name} does not exist`];
  const differences: string[] = [];
  if (settledVerdicts.has(verdict) && !isSettled(real) && !(verdict === 'undone' && isEmptied(real)))
    differences.push(`${name} is not settled: it ${state(real)}`);
  if (digestVerdicts.has(verdict) && claimed.digest === undefined) differences.push(`${name}: no digest is claimed`);
  return [...differences, ...compare(claimed, real)];
}

/** Every member that is claimed must be so. A service without tasks shows no digest. */
function compare(claimed: ClaimedService, real: ServiceTruth): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['task definition', claimed.taskDefinition, real.taskDefinition],
    ['deployment', claimed.deploymentId, real.deploymentId],
    ['rollout state', claimed.rolloutState, real.rolloutState],
    ['desired count', claimed.desired, real.desired],
    ['running count', claimed.running, real.running],
  ];
  const differences = pairs
    .filter(([, said, is]) => said !== undefined && said !== is)
    .map(([what, said, is]) => `${claimed.name}: ${what} is ${String(is)}, not ${String(said)}`);
  const others = real.runningDigests.filter((digest) => digest !== claimed.digest);
  if (claimed.digest !== undefined && others.length > 0)
    differences.push(`${claimed.name} runs ${real.runningDigests.join(' and ')}, not ${claimed.digest}`);
  return differences;
}

/** One deployment, COMPLETED, with exactly the tasks it wants, all of its revision and none leaving; or completed early. */
function isSettled(real: ServiceTruth): boolean {
  if (real.completedEarly) return true;
  return (
    real.rolloutState === 'COMPLETED' &&
    real.deployments === 1 &&
    real.running === real.desired &&
    real.tasks.length === real.desired &&
    real.tasks.every(({ taskDefinition }) => taskDefinition === real.taskDefinition)
  );
}

/** Made by a release that failed: with nothing to go back to, it is taken back when it wants nothing and runs nothing. */
function isEmptied(real: ServiceTruth): boolean {
  return real.deployments === 1 && real.desired === 0 && real.running === 0 && real.tasks.length === 0;
}

const state = ({ rolloutState, deployments, running, desired }: ServiceTruth) =>
  `has ${deployments} deployment(s), the first ${rolloutState ?? 'without a rollout state'}, and ${running} of ${desired} tasks run`;

function judgeMigration(
  verdict: Verdict,
  taskArn: string,
  exitCode: number | undefined,
  real: TaskTruth | undefined,
): string[] {
  if (real === undefined) return [`The migration ${taskArn} never ran`];
  if (real.lastStatus !== 'STOPPED') return [`The migration ${taskArn} is ${real.lastStatus}, not STOPPED`];
  const differences: string[] = [];
  const codes = real.exitCodes.map((code) => code ?? 'no code');
  if (real.exitCodes.some((code) => code !== exitCode))
    differences.push(`The migration ${taskArn} ended with ${codes.join(', ')}, not ${exitCode ?? 'no code'}`);
  if (migratedVerdicts.has(verdict) && real.exitCodes.some((code) => code !== 0))
    differences.push(`"${verdict}" after a migration that ended with ${codes.join(', ')}`);
  return differences;
}
