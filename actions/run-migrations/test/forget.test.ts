import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readAttempts, writeAttempt } from '../../../lib/aws/ledger/migrations.ts';
import { getParametersByPath } from '../../../lib/aws/ssm.ts';
import { deploy, migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';

const path = '/smartboard/prod/migrations';
const run = { repository: 'a/b', workflow: '', id: '1', number: 1, attempt: 1, actor: '' };

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

/** Migrations of 21 images that no release has kept. */
async function migratedOften(): Promise<void> {
  for (let at = 1; at <= 21; at++) {
    const name = nameOf(at);
    const digest = `sha256:${String(at).padStart(64, '0')}`;
    const attempt = { number: 1, token: '', taskDefinition: 'm:1', digest, at: '', run, outcome: 'succeeded' as const };
    await pass(1_000, stage.cloud.clock);
    await writeAttempt(stage.aws, name, { before: await readAttempts(stage.aws, name), attempt, nonce: `${at}` });
  }
}

const nameOf = (at: number) => `${path}/svc-auth/0-${String(at).padStart(16, '0')}`;
const remembered = async () => [...(await getParametersByPath(stage.aws, path)).keys()];

test('after migrations that went well, old ones that no release runs are forgotten', async () => {
  const released = await prepareRelease(stage);
  await migrate(stage, released);
  await deploy(stage, released);
  await migratedOften();
  const next = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  expect((await migrate(stage, next, {}, { runId: '1002' })).error).toBeUndefined();
  const names = await remembered();
  // This one and the 19 before it, and that of the release that runs.
  expect([names.length, names.includes(nameOf(2)), names.includes(nameOf(3))]).toEqual([21, false, true]);
  const again = await migrate(stage, released, {}, { runId: '1003' });
  expect(again.summary).toContain('done before');
});

test('after a migration that failed, everything is remembered', async () => {
  await migratedOften();
  const next = await prepareRelease(stage, { 'svc-auth': { 'simulator.command.exit-code': '1' } });
  expect((await migrate(stage, next, {}, { runId: '1002' })).error).toMatchObject({ code: 'E_STATE' });
  expect(await remembered()).toHaveLength(22);
});

test('a role that may not delete leaves the ledger longer, and the migrations good', async () => {
  await migratedOften();
  stage.setFaults([{ operation: 'ssm:DeleteParameters', kind: 'error', code: 'AccessDeniedException' }]);
  const next = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  const { error, lines, warnings } = await migrate(stage, next, {}, { runId: '1002' });
  expect([error, warnings]).toEqual([undefined, []]);
  expect(lines.join('\n')).toContain('Old migrations stay in the ledger');
  expect(await remembered()).toHaveLength(22);
});
