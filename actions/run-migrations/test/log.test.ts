import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { logStreamOf } from '../../../lib/aws/task-definition-compose.ts';
import { jobLog } from '../../../lib/github/log.ts';
import { openStepLog } from '../../../rehearsal/runner/step-log.ts';
import { migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { tellLog } from '../src/task-log.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

/** Runs a migration that writes `lines` and ends with an error. */
async function failing(lines: string, inputs: Record<string, string> = {}): Promise<StepRun> {
  const labels = { 'simulator.command.exit-code': '1', 'simulator.command.log': lines };
  return migrate(stage, await prepareRelease(stage, { 'svc-auth': labels }), inputs);
}

const hostile = [
  '::error::gone',
  '  ::stop-commands::x',
  '::add-mask::a',
  '::set-output name=tasks::{}',
  '##[error]older',
  'text\r::error::after a carriage return',
  'a line\u0000with\u0007controls\u001b[2J\u001b]0;title\u0007',
  '\u001b[31mred\u001b[0m',
  '\ufffd\ufffd binary',
  '`````',
  '</details><script>alert(1)</script>',
];

test('nothing in the log of a migration is a command to the runner, and every line says whose it is', async () => {
  const written: string[] = [];
  const log = jobLog((text) => void written.push(text));
  tellLog('svc-auth', { log, logTail: 50 }).take(hostile);
  const runner = openStepLog(new Set(), () => {});
  // The runner ends a line at CR as well as at LF.
  for (const line of written.join('').split(/\r\n|\r|\n/)) runner.take(line);
  expect(runner.commands).toEqual([]);
  const lines = runner.lines.filter((line) => line !== '');
  expect(lines.filter((line) => !line.startsWith('svc-auth | '))).toEqual([]);
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(lines.join('').replaceAll(/\u001b\[\d*m/g, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  expect(lines.join('\n')).not.toContain('##[error]');
});

test('hostile lines leave the summary as it is and are quoted without control characters', async () => {
  const run = await failing(hostile.join('\n'));
  const shown = run.summary.split('\n').filter((line) => line.includes('script'));
  expect(shown).toEqual([expect.stringMatching(/^ {4}/)]);
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(run.error?.message).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
});

test('what looks like a secret reaches neither log nor summary nor message', async () => {
  const run = await failing(
    [
      'applying 001_users',
      '\u001b[31mPGPASSWORD\u001b[0m=hunter2hunter2 is wrong',
      `${'x'.repeat(990)} postgresql://app:hunter2@db:5432/auth`,
      'cannot connect to postgresql://app:hunter2@db:5432/auth',
    ].join('\n'),
  );
  expect(run.lines).toContain('svc-auth | applying 001_users');
  expect(run.lines).toContain('svc-auth | PGPASSWORD=*** is wrong');
  expect(run.error?.message).toContain('it holds a URL with a password');
  expect(run.summary).toContain('PGPASSWORD=');
  expect([...run.lines, run.summary, run.error?.message].join('\n')).not.toContain('hunter2');
});

test('a line without anything to hide keeps its colours in the log', () => {
  const told: string[] = [];
  const log = {
    info: (line: string) => void told.push(line),
    warn() {},
    group: (_title: string, work: () => any) => work(),
  };
  tellLog('svc-auth', { log, logTail: 1 }).take(['\u001b[32mapplied\u001b[0m']);
  expect(told).toEqual(['svc-auth | \u001b[32mapplied\u001b[0m']);
});

test('ten megabytes of log are told, and only the last lines are kept', async () => {
  const lines = Array.from({ length: 2_000 }, (_, at) => `step ${at} `.padEnd(5_000, 'applying '));
  const run = await failing(lines.join('\n'), { 'log-tail': '5' });
  expect(run.error).toMatchObject({ code: 'E_STATE' });
  const told = run.lines.filter((line) => line.startsWith('svc-auth | step'));
  expect([told.length, told.at(-1)]).toEqual([lines.length, `svc-auth | ${lines.at(-1)}`]);
  expect(run.summary.match(/step \d+ applying/g)).toHaveLength(5);
});

test('half a million short lines at once are told, too', () => {
  let told = 0;
  const log = { info: () => void told++, warn() {}, group: (_title: string, work: () => any) => work() };
  const taskLog = tellLog('svc-auth', { log, logTail: 3 });
  taskLog.take(Array.from({ length: 500_000 }, (_, at) => `${at}`));
  expect([told, taskLog.lines]).toEqual([500_000, ['499997', '499998', '499999']]);
});

test('a line without end is quoted in part', async () => {
  const run = await failing('x'.repeat(200_000));
  expect(run.error?.message.length).toBeLessThan(2_000);
  expect(run.summary.length).toBeLessThan(5_000);
});

test('the last lines of a failure are waited for when CloudWatch is late', async () => {
  let id = '';
  const say = () => stage.cloud.logs.append('/smartboard/prod/svc-auth', logStreamOf('svc-auth', id), 'the reason');
  const onLine = (line: string) => {
    id ||= /as arn:\S+\/([0-9a-f]+)$/.exec(line)?.[1] ?? '';
    if (line === 'svc-auth: stopped') stage.cloud.clock.after(6_000, say);
  };
  const labels = { 'svc-auth': { 'simulator.command.exit-code': '1' } };
  const run = await migrate(stage, await prepareRelease(stage, labels), {}, { onLine });
  expect(run.error?.message).toContain('the reason');
});
