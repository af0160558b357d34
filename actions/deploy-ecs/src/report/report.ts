import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import { ActionError, type ErrorCode, MixedState } from '../../../../lib/core/errors.ts';
import type { ReleaseReport, ServiceReport, Verdict } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { markdownTable, markdownText } from '../../../../lib/github/summary.ts';
import { logMark, remedyMark } from '../explain/explain.ts';
import type { ServiceResult } from './result.ts';
import { shortArn } from '../apply/start.ts';

export type Conclusion = {
  readonly release: string;
  readonly operation: string;
  readonly verdict: Verdict;
  readonly reason: string | undefined;
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly results: readonly ServiceResult[];
};

/** Looks once more at what really runs, and puts it together with what was done. */
export async function buildReport(aws: Aws, { results, startedAt, ...conclusion }: Conclusion): Promise<ReleaseReport> {
  const services = await describeServices(
    aws,
    conclusion.cluster,
    results.map(({ service }) => service),
  );
  const foreign = await foreignDigests(aws, results, services);
  const now = aws.clock.now();
  return {
    schema: 1,
    ...conclusion,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(now).toISOString(),
    services: results.map((result) => reportService(result, services.get(result.service), { foreign, now })),
  };
}

/** Digests in definitions that this release knows nothing of: someone else deployed a service that it left alone. */
async function foreignDigests(
  aws: Aws,
  results: readonly ServiceResult[],
  services: ReadonlyMap<string, ObservedService>,
): Promise<ReadonlyMap<string, string>> {
  const arns = results.flatMap(({ service, digests }) => {
    const running = services.get(service)?.taskDefinition;
    return running === undefined || digests.has(running) ? [] : [running];
  });
  const found = await Promise.all(arns.map((arn) => describeTaskDefinition(aws, arn)));
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.arn, imageDigestOf(one.definition)]])));
}

function reportService(
  result: ServiceResult,
  service: ObservedService | undefined,
  { foreign, now }: { foreign: ReadonlyMap<string, string>; now: number },
): ServiceReport {
  const { digests, startedAt, endedAt, ...told } = result;
  const primary = service === undefined ? undefined : primaryOf(service);
  return {
    ...told,
    digest: digests.get(primary?.taskDefinition ?? '') ?? foreign.get(primary?.taskDefinition ?? '') ?? '',
    taskDefinition: primary?.taskDefinition ?? '',
    deploymentId: primary?.id,
    rolloutState: primary?.rolloutState,
    running: service?.running ?? 0,
    desired: service?.desired ?? 0,
    seconds: startedAt === undefined ? 0 : Math.round(((endedAt ?? now) - startedAt) / 100) / 10,
  };
}

/** Outputs, file and summary: the same on success and on failure. */
export async function publishReport(step: Step, report: ReleaseReport): Promise<void> {
  const file = join(step.temporaryDirectory, 'report.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  step.outputs.set('release', report.release);
  step.outputs.set('verdict', report.verdict);
  step.outputs.set('report', file);
  step.summary.add(summarise(report));
}

export function summarise({ operation, release, verdict, reason, cluster, services }: ReleaseReport): string {
  const rows = services.map((service) => [
    service.name,
    service.change,
    service.outcome,
    shortArn(service.taskDefinition),
    service.digest.slice(0, 19),
    `${service.running} of ${service.desired}`,
    `${service.seconds} s`,
  ]);
  const explained = services.filter(({ explanation }) => explanation.length > 0);
  return [
    `### ${operation} ${markdownText(release)}: ${verdict}`,
    ...(reason === undefined ? [] : [markdownText(reason)]),
    `Cluster ${markdownText(cluster)}`,
    markdownTable(['service', 'change', 'outcome', 'revision', 'digest', 'running', 'time'], rows),
    ...explained.flatMap(({ name, explanation }) => [`#### Why ${markdownText(name)} failed`, list(explanation)]),
  ].join('\n\n');
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${markdownText(line)}`).join('\n');
}

/** The verdict as an error, unless it is a good one: who failed and why first, then what was done about it. */
export function failureOf(
  { verdict, services, reason }: ReleaseReport,
  waitForMinutes: number,
): ActionError | undefined {
  const told = tellings[verdict];
  if (told === undefined) return undefined;
  const failed = services.flatMap(({ name, explanation }) => headline(name, explanation));
  const runs = services.map(({ name, taskDefinition }) => `${name} ${shortArn(taskDefinition)}`).join(', ');
  const details = verdict === 'mixed' || verdict === 'timed-out' ? [`Running now: ${runs}.`] : [];
  const sentence = reason ?? told.message.replace('{minutes}', String(waitForMinutes));
  const Failure = verdict === 'mixed' ? MixedState : ActionError;
  return new Failure(told.code, [...failed, sentence, ...details].join('\n'), { remedy: told.remedy });
}

/** Likely cause and last log line: the rest is in the summary and in the log. */
function headline(name: string, explanation: readonly string[]): readonly string[] {
  const [cause] = explanation;
  if (cause === undefined) return [];
  const log = explanation.findLast((line) => line.startsWith(logMark));
  const remedy = explanation.find((line) => line.startsWith(remedyMark));
  return [
    [
      `${name} failed: ${cause}`,
      ...(log === undefined ? [] : [`The last line of its log is “${log.slice(logMark.length)}”.`]),
      ...(remedy === undefined ? [] : [remedy.slice(remedyMark.length)]),
    ].join(' '),
  ];
}

const tellings: Readonly<Record<Verdict, { code: ErrorCode; message: string; remedy: string } | undefined>> = {
  succeeded: undefined,
  unchanged: undefined,
  'rolled-back': undefined,
  undone: {
    code: 'E_STATE',
    message:
      'The release failed and was taken back: every service that it touched runs what it ran before, and one that it created is kept without tasks.',
    remedy: 'Mend the cause and release again.',
  },
  mixed: {
    code: 'E_STATE',
    message: 'The release failed, and not every service runs what it ran before.',
    remedy: 'Run this action with `operation: rollback`, or mend the cause and release again.',
  },
  superseded: {
    code: 'E_STATE',
    message: 'Someone else has deployed one of the services meanwhile; nothing was undone.',
    remedy: 'Give the jobs that deploy an environment one concurrency group.',
  },
  refused: {
    code: 'E_STATE',
    message: 'The release was not begun.',
    remedy: 'Mend what is named and run the job again.',
  },
  'timed-out': {
    code: 'E_STATE',
    message: 'The rollout has not ended within {minutes} minutes (`wait-for-minutes`); ECS goes on with it.',
    remedy: 'Look at `operation: status` later, or raise `wait-for-minutes`.',
  },
  unknown: {
    code: 'E_UNKNOWN',
    message: 'How the release ended cannot be known.',
    remedy: 'Look at `operation: status`, then run the job again.',
  },
};
