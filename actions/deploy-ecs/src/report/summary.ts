import type { ReleaseReport, ServiceReport, Verdict } from '../../../../lib/core/release.ts';
import type { Job } from '../../../../lib/github/job.ts';
import { markdownCode, markdownLink, markdownTable, markdownText } from '../../../../lib/github/summary.ts';
import { shortArn } from '../apply/start.ts';
import { logGroupUrl, serviceUrl } from './console-links.ts';
import { sentenceOf } from './failure.ts';
import { foldedPlan, summarisePlan } from './plan-summary.ts';
import { timelineOf } from './timeline.ts';

/** The page of a release: the verdict and what to do first, then who runs what, why it failed, and what took how long. */
export function summarise(report: ReleaseReport, job: Pick<Job, 'url' | 'commit'>): string {
  const { verdict, services, next } = report;
  return [
    headline(report),
    factsOf(report, job),
    ...(next === undefined ? [] : ['To go on from here:', markdownCode(next, 'sh')]),
    ...(verdict === 'mixed' || verdict === 'timed-out' ? [whoRunsWhat(services)] : []),
    ...(services.length === 0 ? [] : [tableOf(report)]),
    ...services.flatMap((service) => whyOf(service)),
    ...timelineOf(report),
    ...planOf(report),
  ].join('\n\n');
}

/** In full where the plan is all there is; folded where it is history. */
function planOf({ plan, verdict }: ReleaseReport): readonly string[] {
  if (plan === undefined) return [];
  return [verdict === undefined ? summarisePlan(plan) : foldedPlan(plan)];
}

/** The first line says all; a mark is seen from farther away than a word is read. */
function headline({ operation, release, verdict, reason }: ReleaseReport): string {
  const title = `### ${verdict === undefined ? '' : `${marks[verdict]} `}${operation} ${markdownText(release)}`;
  if (verdict === undefined) return [title, ...(reason === undefined ? [] : [markdownText(reason)])].join('\n\n');
  return `${title}: ${verdict}\n\n${markdownText(reason ?? sentenceOf(verdict))}`;
}

const marks: Readonly<Record<Verdict, string>> = {
  succeeded: '✅',
  unchanged: '✅',
  'rolled-back': '✅',
  undone: '❌',
  mixed: '🛑',
  superseded: '⏭️',
  refused: '⛔',
  'timed-out': '⌛',
  unknown: '❔',
};

function factsOf(report: ReleaseReport, { url, commit }: Pick<Job, 'url' | 'commit'>): string {
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  return [
    `cluster ${markdownText(report.cluster)}`,
    ...(commit === '' ? [] : [`commit ${commit.slice(0, 7)}`]),
    `${Math.round(seconds * 10) / 10} s`,
    ...(url === undefined ? [] : [markdownLink('run', url).markdown]),
  ].join(' · ');
}

function tableOf({ services, region, cluster }: ReleaseReport): string {
  const rows = services.map((service) => [
    markdownLink(service.name, serviceUrl(region, cluster, service.service)),
    service.change,
    service.outcome,
    revisionsOf(service),
    service.digest.slice(0, 19),
    `${service.running} of ${service.desired}`,
    service.seconds === 0 ? '' : `${service.seconds} s`,
    service.logGroup === undefined || service.logGroup === ''
      ? ''
      : markdownLink('logs', logGroupUrl(region, service.logGroup)),
  ]);
  const header = ['service', 'change', 'outcome', 'revision', 'image', 'running', 'time', ''];
  return markdownTable(header, rows);
}

/** `smartboard-prod-web:3 → 4`: the family is said once where it is the same. */
function revisionsOf({ before, taskDefinition }: ServiceReport): string {
  const now = shortArn(taskDefinition);
  if (before === undefined || before === taskDefinition) return now;
  const [family = '', revision = ''] = now.split(':');
  const was = shortArn(before);
  return was.startsWith(`${family}:`) && revision !== '' ? `${was} → ${revision}` : `${was} → ${now}`;
}

/** Where services stand on different releases: what each of them should run, and what it does run. */
function whoRunsWhat(services: readonly ServiceReport[]): string {
  const rows = services.map(({ name, before, wanted, taskDefinition, rolloutState = '' }) => [
    name,
    before === undefined ? 'nothing' : shortArn(before),
    wanted === undefined ? '' : shortArn(wanted),
    taskDefinition === '' ? 'nothing' : shortArn(taskDefinition),
    rolloutState.toLowerCase(),
  ]);
  return markdownTable(['service', 'before', 'this release', 'runs now', 'rollout'], rows);
}

function whyOf({ name, outcome, explanation: [cause, ...details] }: ServiceReport): readonly string[] {
  if (cause === undefined) return [];
  const rest = details.length === 0 ? [] : [markdownCode(details.join('\n'), 'text')];
  const title = outcome === 'not-started' ? 'Why {name} was not begun' : 'Why {name} failed';
  return [`#### ${title.replace('{name}', markdownText(name))}`, markdownText(cause), ...rest];
}
