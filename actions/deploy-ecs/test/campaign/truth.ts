import type { Images } from '../../../../lib/core/release.ts';
import type { Stage, StepRun } from '../../../../rehearsal/test/stage/stage.ts';
import type { LogEntry } from '../../../../simulator/request-log.ts';
import { judge } from '../../../../simulator/truth.ts';

type Truths = ReturnType<Stage['cloud']['ecs']['truth']>;

/** What a job said in the end, and what it is held against. */
export type Told = {
  readonly run: StepRun;
  readonly attempts: number;
  /** What ran before the job's first attempt. */
  readonly before: Truths;
  /** Of a release. */
  readonly images: Images | undefined;
  readonly isBad: boolean;
};

const longestSeconds = 40 * 60;

/** Everything in which a job's word, or its way there, differs from the simulator's own truth. */
export function findLies(stage: Stage, told: Told, calls: readonly LogEntry[]): readonly string[] {
  const { run } = told;
  const { verdict } = run.outputs;
  const isBug = run.error !== undefined && run.error.code === undefined;
  return [
    ...(isBug ? [`a bug: ${run.error.stack}`] : []),
    ...(run.seconds > longestSeconds ? [`it took ${run.seconds} s`] : []),
    ...claimLies(stage, told),
    ...(verdict === 'undone' ? undoneLies(told, stage.cloud.ecs.truth()) : []),
    ...(told.images === undefined ? rollbackLies(run) : releaseLies(told)),
    ...callLies(told, calls),
    ...removalLies(told, calls, stage.cloud.ecs.truth()),
  ];
}

/** The report, held against what runs. A service without tasks has no rollout to be judged. */
function claimLies(stage: Stage, { run, images }: Told): readonly string[] {
  const { report } = run;
  if (report === undefined) return [];
  const truth = stage.cloud.ecs.truth();
  const lives = (service: string) => truth.some((one) => one.service === service && one.desired > 0);
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
  if (services.length === 0 || !['succeeded', 'rolled-back', 'undone'].includes(report.verdict ?? '')) return [];
  const empty = truth.filter(({ desired }) => desired === 0).map(({ service }) => service);
  const { differences } = judge(stage.cloud, { verdict: report.verdict, services });
  return differences.filter((difference) => !empty.some((service) => difference.startsWith(`${service} `)));
}

/** Undone in one attempt: all run what they ran, or nothing where there was nothing. */
function undoneLies({ before, attempts }: Told, now: Truths): readonly string[] {
  if (attempts > 1) return [];
  return now.flatMap(({ service, taskDefinition, desired }) => {
    const old = before.find((one) => one.service === service);
    const isBack = (old?.desired ?? 0) === 0 ? desired === 0 : old?.taskDefinition === taskDefinition;
    return isBack ? [] : [`${service} is not where it was before the release that was undone`];
  });
}

function releaseLies({ run, isBad }: Told): readonly string[] {
  const isGood = run.outputs['verdict'] === 'succeeded';
  if (isBad !== isGood) return [];
  const said = `${run.outputs['verdict'] ?? 'no verdict'}: ${run.error?.message ?? 'no error'}`;
  return [`a ${isBad ? 'bad' : 'good'} release ended as ${said}`];
}

/** A rollback has to succeed, unless there is nothing to return to. */
function rollbackLies({ outputs, error }: StepRun): readonly string[] {
  const hasTarget = !/no good release/.test(error?.message ?? '');
  return hasTarget && outputs['verdict'] !== 'rolled-back' ? [`the rollback failed: ${error?.message}`] : [];
}

/** One migration; per attempt one deployment of a service and one to undo it. */
function callLies({ attempts, isBad }: Told, calls: readonly LogEntry[]): readonly string[] {
  const happened = calls.filter(hasHappened);
  const tokens = happened
    .filter(({ operation }) => operation === 'RunTask')
    .map((one) => parameter(one, 'clientToken'));
  const updated = happened
    .filter(({ operation }) => operation === 'UpdateService')
    .map((one) => parameter(one, 'service'));
  const most = attempts + (isBad ? attempts : 0);
  return [
    ...(new Set(tokens).size > 1 ? ['the migration ran more than once'] : []),
    ...[...new Set(updated)].flatMap((service) => {
      const count = updated.filter((one) => one === service).length;
      return count > most ? [`${service} was updated ${count} times in ${attempts} attempt(s)`] : [];
    }),
  ];
}

/** Nothing is deleted, and no revision is deregistered that a service refers to, or had tasks of before. */
function removalLies({ before }: Told, calls: readonly LogEntry[], now: Truths): readonly string[] {
  const happened = calls.filter(hasHappened);
  const deregistered = happened
    .filter(({ operation }) => operation === 'DeregisterTaskDefinition')
    .map((one) => parameter(one, 'taskDefinition'));
  const used = new Set([...before.filter(({ desired }) => desired > 0), ...now].map((one) => one.taskDefinition));
  return [
    ...(happened.some(({ operation }) => operation.startsWith('Delete')) ? ['something was deleted'] : []),
    ...deregistered.filter((arn) => used.has(arn)).map((arn) => `${arn} was deregistered, and is used`),
  ];
}

function hasHappened({ status, fault }: LogEntry): boolean {
  return status === 200 || fault?.endsWith('-after') === true;
}

function parameter({ parameters }: LogEntry, name: string): string {
  return String((parameters as Readonly<Record<string, unknown>> | undefined)?.[name]);
}
