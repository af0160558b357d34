import type { Head, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Stage, StepRun } from '../../../../rehearsal/test/stage/stage.ts';
import type { LogEntry } from '../../../../simulator/request-log.ts';
import { judge } from '../../../../simulator/truth.ts';
import { callLies, removalLies } from './calls.ts';
import type { Told, Truths } from './told.ts';
import { stands, type World } from './world.ts';

const longestSeconds = 45 * 60;

/** Notes everything in which a job's word, or its way there, differs from the simulator's own truth. */
export function findLies(world: World, told: Told, calls: readonly LogEntry[]): void {
  const { run, runId } = told;
  const { stage } = world;
  const isBug = run.error !== undefined && run.error.code === undefined;
  const found = [
    ...(isBug ? [`a bug: ${run.error.stack}`] : []),
    ...(run.seconds > longestSeconds ? [`it took ${run.seconds} s`] : []),
    ...claimLies(stage, told),
    ...settledLies(world, told),
    ...(told.images === undefined ? rollbackLies(told) : releaseLies(told)),
    ...callLies(told, calls),
    ...removalLies(stage, stage.calls),
    ...ledgerLies(stage, told),
    ...lockLies(stage, told),
  ];
  const said = `${runId} said ${run.outputs['verdict'] ?? 'nothing'}`;
  world.story.push(said);
  world.lies.push(...found.map((lie) => `${runId}: ${lie}`));
  stands(world, run);
}

/** The report, held against what runs. A service without tasks has no rollout to be judged. */
function claimLies(stage: Stage, { run, images, isRestless = false }: Told): readonly string[] {
  const { report } = run;
  if (report === undefined) return [];
  const truth = stage.cloud.ecs.truth();
  const lives = (service: string) => truth.some((one) => one.service === service && one.desired > 0);
  const isOver = ['succeeded', 'unchanged', 'rolled-back', 'undone'].includes(report.verdict ?? '');
  if (!isOver) return whoRunsWhat(report.services, truth);
  const services = report.services
    .filter(({ service }) => lives(service))
    .map(({ name, service, digest, taskDefinition, deploymentId, desired, running }) => ({
      name: service,
      cluster: report.cluster,
      digest: report.verdict === 'succeeded' ? images?.[name] : digest,
      taskDefinition,
      deploymentId,
      desired,
      running,
    }));
  if (services.length === 0) return [];
  const empty = truth.filter(({ desired }) => desired === 0).map(({ service }) => service);
  const { differences } = judge(stage.cloud, { verdict: report.verdict, services });
  return differences.filter(
    (difference) =>
      !empty.some((service) => difference.startsWith(`${service} `)) &&
      !(isRestless && /is not settled|(?:desired|running) count/.test(difference)),
  );
}

/** Whatever the end, the table says which revision each service is on. One that was deleted is on none any more. */
function whoRunsWhat(services: NonNullable<StepRun['report']>['services'], truth: Truths): readonly string[] {
  return services.flatMap(({ service, taskDefinition }) => {
    const real = truth.find((one) => one.service === service)?.taskDefinition;
    return real === undefined || real === taskDefinition
      ? []
      : [`${service} is said to be on ${taskDefinition}, and is on ${real}`];
  });
}

/** Undone: all run what the last good release left, or nothing where there was nothing. */
function settledLies({ stage, stand, isForeign }: World, { run }: Told): readonly string[] {
  if (run.outputs['verdict'] !== 'undone' || isForeign) return [];
  return stage.cloud.ecs.truth().flatMap(({ service, taskDefinition, desired }) => {
    const old = stand.get(service);
    const isBack = old === undefined ? desired === 0 : old === taskDefinition;
    return isBack ? [] : [`${service} is on ${taskDefinition} (${desired}) after an undo, not on ${old ?? 'nothing'}`];
  });
}

function releaseLies({ run, expected }: Told): readonly string[] {
  const isGood = run.outputs['verdict'] === 'succeeded' || run.outputs['verdict'] === 'unchanged';
  if (expected === 'anything' || (expected === 'good') === isGood) return [];
  const said = `${run.outputs['verdict'] ?? 'no verdict'}: ${run.error?.message ?? 'no error'}`;
  return [`a ${expected} release ended as ${said}`];
}

/** A rollback has to succeed, unless there is nothing to return to. */
function rollbackLies({ run: { outputs, error } }: Told): readonly string[] {
  const hasTarget = !/no good release/i.test(error?.message ?? '');
  return hasTarget && outputs['verdict'] !== 'rolled-back' ? [`the rollback failed: ${error?.message}`] : [];
}

/** After a good end the ledger knows it, and what it says of every service is what runs. */
function ledgerLies({ cloud }: Stage, { run }: Told): readonly string[] {
  const { verdict, release } = run.outputs;
  if (!['succeeded', 'rolled-back'].includes(verdict ?? '')) return [];
  const head = JSON.parse(cloud.ssm.valueOf('/smartboard/prod/release/head') ?? '{}') as Partial<Head>;
  if (head.current !== release) return [`the ledger stands on ${head.current}, not on ${release}`];
  const parts = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((part) =>
    cloud.ssm.valueOf(`/smartboard/prod/releases/${release}${part === 0 ? '' : `/${part}`}`),
  );
  const recorded = parts.reduce<ReleaseRecord['services']>(
    (all, part) => ({ ...all, ...(JSON.parse(part ?? '{}') as Partial<ReleaseRecord>).services }),
    {},
  );
  return Object.values(recorded).flatMap(({ service, taskDefinition }) => {
    const real = cloud.ecs.truth().find((one) => one.service === service);
    return real === undefined || real.taskDefinition === taskDefinition
      ? []
      : [`the ledger has ${taskDefinition} for ${service}, which runs ${real.taskDefinition}`];
  });
}

/** Nobody holds the lock after its run has ended; that of an attempt that died expires by itself. */
function lockLies({ cloud }: Stage, { runId, attempts }: Told): readonly string[] {
  const lock = JSON.parse(cloud.ssm.valueOf('/smartboard/prod/release/lock') ?? '{}') as {
    state?: string;
    owner?: { id: string };
  };
  return attempts === 1 && lock.state === 'held' && lock.owner?.id === runId ? ['the lock is still held'] : [];
}
