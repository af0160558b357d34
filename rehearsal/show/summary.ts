import type { RehearsalReport, ReportedService } from '../outcome.ts';

/** The last page: what runs, revision, digest, health, where to look. */
export function summarize(
  report: RehearsalReport,
  where: { address: string | undefined; aws: string; logs: string },
): string {
  const lines = [
    '',
    headline(report),
    ...(report.error === undefined ? [] : ['', ...report.error.split('\n').map((line) => `  ${line}`)]),
    '',
    ...serviceLines(report),
    ...changeLines(report),
    ...migrationLines(report),
    '',
    `  scenario    ${report.scenario}, ${report.driver} driver, simulated delays ${report.speed} times faster than AWS, seed ${report.seed}`,
    `  images      FROM node is this machine's Node ${process.versions.node}`,
    ...(report.notSimulated.length === 0
      ? []
      : [`  missing     not simulated here: ${report.notSimulated.join(', ')}`]),
    `  time        ${report.wallSeconds.toFixed(1)} s: ${report.phases.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(', ')}`,
    `  memory      ${Object.entries(report.memory)
      .map(([name, mebibytes]) => `${name} ${mebibytes} MB`)
      .join(', ')}`,
    `  AWS         ${where.aws} (embedded; access key and secret "simulator"), ${total(report.calls)} calls`,
    `  logs        ${where.logs}`,
    '',
    report.agrees
      ? `The embedded AWS agrees: ${report.verdict} is what happened.`
      : `The embedded AWS does NOT agree with "${report.verdict}":\n${report.differences.map((line) => `  ${line}`).join('\n')}`,
    ...(asExpected(report) ? [] : [`Expected was ${describe(report.expected)}.`]),
    ...report.setup
      .filter((release) => release.verdict !== 'succeeded')
      .map(({ title, verdict }) => `${title} was to succeed before, and is ${verdict}.`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The release under test ended as it should, and the ones before it set the stage. */
export function asExpected({ verdict, failedAt, expected, setup }: RehearsalReport): boolean {
  const stageIsSet = setup.every((release) => release.verdict === 'succeeded');
  return stageIsSet && verdict === expected.verdict && failedAt === expected.failedAt;
}

function headline(report: RehearsalReport): string {
  const at = report.failedAt === undefined ? '' : ` by ${report.failedAt}`;
  return `${report.release ?? 'The release'}: ${report.verdict}${at}`;
}

function describe({ verdict, failedAt }: RehearsalReport['expected']): string {
  return failedAt === undefined ? verdict : `${verdict} at ${failedAt}`;
}

/** What runs at the end. */
function serviceLines({ services, verdict }: RehearsalReport): string[] {
  const unsaid = verdict === 'unknown' ? 'not known' : 'not touched';
  if (services.length === 0) return ['  No service exists.'];
  return table([
    ['service', 'change', 'revision', 'digest', 'rollout', 'tasks'],
    ...services.map((service) => [
      service.name,
      isMade(service) ? (service.change ?? unsaid) : 'not made',
      service.taskDefinition.split(':').at(-1) ?? '',
      service.digest.slice(0, 'sha256:'.length + 12),
      (service.rolloutState ?? (isMade(service) ? 'unknown' : '')).toLowerCase(),
      `${service.running} of ${service.desired}`,
    ]),
  ]);
}

/** A release that failed may not have come to a service that did not exist before. */
const isMade = (service: ReportedService) => service.taskDefinition !== '';

/** What the release did, counted: with force, services that did not change are restarted all the same. */
function changeLines({ services }: RehearsalReport): string[] {
  const words = {
    create: 'created',
    update: 'updated',
    restart: 'restarted by force',
    unchanged: 'unchanged',
  } as const;
  const counted = Object.entries(words).flatMap(([change, word]) => {
    const count = services.filter((service) => service.change === change && isMade(service)).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return counted.length === 0 ? [] : ['', `  changes     ${counted.join(', ')}`];
}

function migrationLines({ migrations }: RehearsalReport): string[] {
  if (migrations.length === 0) return [];
  const words = migrations.map(
    ({ service, exitCode }) => `${service} ${exitCode === 0 ? 'ok' : `exit code ${exitCode ?? 'unknown'}`}`,
  );
  return [`  migrations  ${words.join(', ')}`];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

function total(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}
