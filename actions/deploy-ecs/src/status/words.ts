import { markdownTable, markdownText } from '../../../../lib/github/summary.ts';
import { shortArn } from '../apply/start.ts';
import { describeHold } from '../resume/resume.ts';
import type { ServiceStatus, StatusReport } from './report.ts';

/** For the log: one line about the environment for each thing one must know, then one for each service. */
export function describeStatus(report: StatusReport): string {
  const services = report.services.map((one) => `${one.name}: ${cellsOf(one).slice(1).join(', ')}`);
  return [`Current release: ${report.release ?? 'none'}`, ...notices(report), ...services].join('\n');
}

/** For the summary. */
export function summariseStatus(report: StatusReport): string {
  return [
    `### Status: ${markdownText(report.release ?? 'no release yet')}`,
    ...notices(report).map(markdownText),
    markdownTable(['service', 'revision', 'running', 'rollout', 'image', 'ledger'], report.services.map(cellsOf)),
  ].join('\n\n');
}

function notices({ hold, lock, unfinished }: StatusReport): readonly string[] {
  return [
    ...(hold === undefined ? [] : [`Hold: no push deploys ${describeHold(hold)}. End it with \`operation: resume\`.`]),
    ...(lock === undefined ? [] : [`Lock: ${lock.by} has it, to ${lock.purpose}; ${lifeOf(lock)}.`]),
    ...(unfinished === undefined ? [] : [describeUnfinished(unfinished)]),
  ];
}

function lifeOf({ alive, renewedSecondsAgo, renewals }: NonNullable<StatusReport['lock']>): string {
  const seen =
    renewedSecondsAgo === undefined ? '' : `, heard of ${renewedSecondsAgo} s ago after ${renewals} renewals`;
  return alive ? `it is alive${seen}` : `it is dead${seen}, and the next run takes over`;
}

function describeUnfinished(unfinished: NonNullable<StatusReport['unfinished']>): string {
  const { operation, release, at, by, what, next } = unfinished;
  const go = next === undefined ? '' : ` To go on: ${next}`;
  return `Not finished: ${operation} ${release} of ${at}, begun by ${by}, ${what}.${go}`;
}

function cellsOf(service: ServiceStatus): readonly [string, string, string, string, string, string] {
  const { name, taskDefinition, running, desired, rolloutState, digest, drift } = service;
  return [
    name,
    taskDefinition === undefined ? 'none' : shortArn(taskDefinition),
    `${running} of ${desired}`,
    rolloutState ?? (taskDefinition === undefined ? 'absent' : 'unknown'),
    digest === undefined || digest === '' ? 'no digest' : digest.slice(0, 19),
    drift.length === 0 ? 'as released' : drift.join('; '),
  ];
}
