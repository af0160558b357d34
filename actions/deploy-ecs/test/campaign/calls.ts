import type { Head } from '../../../../lib/core/ledger.ts';
import type { Stage } from '../../../../rehearsal/test/stage/stage.ts';
import type { LogEntry } from '../../../../simulator/request-log.ts';
import type { Told } from './told.ts';

/** One migration; per attempt one deployment of a service, one to undo it, and one call for its settings. */
export function callLies(
  { attempts, undos = 0, runId, expected, run }: Told,
  calls: readonly LogEntry[],
): readonly string[] {
  const happened = calls.filter(hasHappened).filter(({ principal }) => principal?.endsWith(`-${runId}`) === true);
  const tokens = happened
    .filter(({ operation }) => operation === 'RunTask')
    .map((one) => parameter(one, 'clientToken'));
  const updated = happened
    .filter((one) => one.operation === 'UpdateService' && parameter(one, 'taskDefinition') !== 'undefined')
    .map((one) => parameter(one, 'service'));
  const isGood = expected === 'good' && run.outputs['verdict'] === 'succeeded';
  const most = undos + (isGood ? attempts : 2 * attempts);
  return [
    ...(new Set(tokens).size > 1 ? ['the migration ran more than once'] : []),
    ...[...new Set(updated)].flatMap((service) => {
      const count = updated.filter((one) => one === service).length;
      return count > most ? [`${service} was updated ${count} times in ${attempts} attempt(s)`] : [];
    }),
    ...(happened.some(({ operation }) => operation === 'DeleteService') ? ['a service was deleted'] : []),
  ];
}

/** Nothing of what ever was deregistered by us is used, or is what the ledger would go back to. */
export function removalLies({ cloud }: Stage, calls: readonly LogEntry[]): readonly string[] {
  const deregistered = new Set(
    calls
      .filter((one) => hasHappened(one) && one.principal?.includes('/deploy-ecs-') === true)
      .filter(({ operation }) => operation === 'DeregisterTaskDefinition')
      .map((one) => parameter(one, 'taskDefinition')),
  );
  const used = cloud.ecs
    .truth()
    .flatMap(({ taskDefinition, tasks }) => [taskDefinition, ...tasks.map((task) => task.taskDefinition)]);
  return [
    ...[...new Set(used)].filter((arn) => deregistered.has(arn)).map((arn) => `${arn} was deregistered, and is used`),
    ...recorded(cloud)
      .filter((arn) => deregistered.has(arn))
      .map((arn) => `${arn} was deregistered, and a good release has it`),
  ];
}

/** Definitions of all releases that the head calls good. */
function recorded({ ssm }: Stage['cloud']): readonly string[] {
  const head = JSON.parse(ssm.valueOf('/smartboard/prod/release/head') ?? '{}') as Partial<Head>;
  return (head.good ?? []).flatMap((id) => {
    const texts = Array.from({ length: 9 }, (_one, part) =>
      ssm.valueOf(`/smartboard/prod/releases/${id}${part === 0 ? '' : `/${part}`}`),
    );
    const services = texts.map((text) => (JSON.parse(text ?? '{}') as { services?: object }).services ?? {});
    const merged = Object.assign({}, ...services) as Readonly<Record<string, { taskDefinition: string }>>;
    return Object.values(merged).map(({ taskDefinition }) => taskDefinition);
  });
}

function hasHappened({ status, fault }: LogEntry): boolean {
  return status === 200 || fault?.endsWith('-after') === true;
}

function parameter({ parameters }: LogEntry, name: string): string {
  return String((parameters as Readonly<Record<string, unknown>> | undefined)?.[name]);
}
