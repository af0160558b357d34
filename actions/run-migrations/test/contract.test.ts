import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readHead } from '../../../lib/aws/ledger/head.ts';
import { readLock } from '../../../lib/aws/ledger/lock.ts';
import { deploy, migrate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

const where = { application: 'smartboard', environment: 'prod' };
const expandOnly = 'migrate: { command: [node, migrate.js], schema: auth }';
const withContract = `migrate:
      - { command: [node, migrate.js], schema: auth }
      - { phase: contract, command: [node, contract.js], schema: auth }`;

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest.replace(expandOnly, withContract) })));
afterEach(() => stage.close());

const contract = (prepared: Prepared) => migrate(stage, prepared, { phase: 'contract' });

test('contract migrations run after a good release, raise the floor and end the lock', async () => {
  const prepared = await prepareRelease(stage);
  await migrate(stage, prepared);
  const released = await deploy(stage, prepared);
  expect(released.outputs['verdict']).toBe('succeeded');
  const run = await contract(prepared);
  expect(run.error).toBeUndefined();
  expect(run.lines.join('\n')).toContain('node contract.js');
  const head = await readHead(stage.aws, where);
  expect(head).toMatchObject({ current: released.outputs['release'], floor: { release: released.outputs['release'] } });
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'free' });
});

test('contract migrations do not run before their release is good', async () => {
  const prepared = await prepareRelease(stage);
  stage.forgetCalls();
  const run = await contract(prepared);
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('no good release') });
  expect(stage.writes()).toEqual([]);
});

test('contract migrations of other images than those that run are refused', async () => {
  await deploy(stage, await prepareRelease(stage));
  const next = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  stage.forgetCalls();
  const run = await contract(next);
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('another image of svc-auth') });
  expect(stage.writes()).toEqual([]);
});

test('a contract migration that fails has raised the floor: nobody knows what it took away', async () => {
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.exit-code': '1' } });
  const released = await deploy(stage, prepared);
  expect((await contract(prepared)).error).toMatchObject({ code: 'E_STATE' });
  expect((await readHead(stage.aws, where))?.floor).toMatchObject({ release: released.outputs['release'] });
});

function dieOnceStarted(line: string): void {
  if (line.startsWith('svc-auth: node contract.js as arn:')) throw new Error('killed');
}

test('a job that dies in a contract migration leaves the floor raised', async () => {
  const prepared = await prepareRelease(stage);
  await deploy(stage, prepared);
  const run = await migrate(stage, prepared, { phase: 'contract' }, { onLine: dieOnceStarted });
  expect(run.error?.message).toBe('killed');
  expect((await readHead(stage.aws, where))?.floor).toBeDefined();
});

test('side by side on request, and each runs to its end although another one fails', async () => {
  const two = withContract.replace('phase: contract, command: [node, contract.js]', 'command: [node, second.js]');
  await stage.close();
  stage = await openStage({ manifest: smallManifest.replace(expandOnly, two) });
  const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.runs-for': '60' } });
  const inTurn = await migrate(stage, prepared);
  const sideBySide = await migrate(
    stage,
    prepared,
    { parallel: 'true', 'skip-if-applied': 'false' },
    { runAttempt: 2 },
  );
  expect([inTurn.error, sideBySide.error]).toEqual([undefined, undefined]);
  expect(sideBySide.seconds).toBeLessThan(inTurn.seconds - 30);
});
