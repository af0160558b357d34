import { ActionError, type ErrorCode, MixedState } from '../../../../lib/core/errors.ts';
import type { ReleaseReport, Verdict } from '../../../../lib/core/release.ts';
import { shortArn } from '../apply/start.ts';
import { logMark, remedyMark } from '../explain/explain.ts';

/** The verdict as an error, unless it is a good one: who failed and why first, then what was done about it. */
export function failureOf(
  { verdict, services, reason, next }: ReleaseReport,
  waitForMinutes: number,
): ActionError | undefined {
  const told = verdict === undefined ? undefined : tellings[verdict];
  if (told === undefined) return undefined;
  const failed = services.flatMap(({ name, explanation }) => headline(name, explanation));
  const runs = services.map(({ name, taskDefinition }) => `${name} ${shortArn(taskDefinition)}`).join(', ');
  const details = verdict === 'mixed' || verdict === 'timed-out' ? [`Running now: ${runs}.`] : [];
  const sentence = reason ?? told.message.replace('{minutes}', String(waitForMinutes));
  const Failure = verdict === 'mixed' ? MixedState : ActionError;
  const command = next === undefined ? '' : `\n${next}`;
  return new Failure(told.code, [...failed, sentence, ...details].join('\n'), { remedy: `${told.remedy}${command}` });
}

/** A verdict in a sentence, for whoever reads nothing else. */
export function sentenceOf(verdict: Verdict): string {
  return tellings[verdict]?.message.replace(minutesLimit, 'in time') ?? good[verdict] ?? '';
}

const minutesLimit = 'within {minutes} minutes (`wait-for-minutes`)';

const good: Readonly<Record<string, string>> = {
  succeeded: 'Every service runs the release, and every task its image.',
  unchanged: 'Nothing had to change.',
  'rolled-back': 'Every service of the release is back on it.',
};

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
    message: `The rollout has not ended ${minutesLimit}; ECS goes on with it.`,
    remedy: 'Look at `operation: status` later, or raise `wait-for-minutes`.',
  },
  unknown: {
    code: 'E_UNKNOWN',
    message: 'How the release ended cannot be known.',
    remedy: 'Look at `operation: status`, then run the job again.',
  },
};
