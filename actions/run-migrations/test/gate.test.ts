import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { changeHead, readHead } from '../../../lib/aws/ledger/head.ts';
import { readLock } from '../../../lib/aws/ledger/lock.ts';
import { readJob } from '../../../lib/github/job.ts';
import { deploy, migrate, operate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type RunWishes, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { confirm } from '../src/gate.ts';

/** A migration is let in where the release after it would be, and refused in the same words before it writes anything. */

const where = { application: 'smartboard', environment: 'prod' };
const commit = (letter: string) => letter.repeat(40);
const byHand = { event: 'workflow_dispatch' };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({
    manifest: smallManifest.replace(
      'migrate: { command: [node, migrate.js], schema: auth }',
      `migrate:
      - { command: [node, migrate.js], schema: auth }
      - { phase: contract, command: [node, contract.js], schema: auth }`,
    ),
  });
});
afterEach(() => stage.close());

/** Two releases, and a rollback to the first of them. */
async function rolledBack(): Promise<Prepared> {
  const first = await prepareRelease(stage);
  await deploy(stage, first, {}, { runId: '1001', commit: commit('a') });
  await deploy(
    stage,
    await prepareRelease(stage, { web: { version: '2' } }),
    {},
    { runId: '1002', commit: commit('b') },
  );
  const back = await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1003' });
  expect(back.error).toBeUndefined();
  return first;
}

/** What both steps say of one release, without a write of either. */
async function bothRefuse(prepared: Prepared, inputs: Readonly<Record<string, string>>, wishes: RunWishes) {
  stage.forgetCalls();
  const migrated = (await migrate(stage, prepared, inputs, wishes)).error;
  const deployed = (await deploy(stage, prepared, inputs, wishes)).error;
  expect(stage.writes()).toEqual([]);
  expect(migrated).toMatchObject({ code: 'E_STATE', message: deployed?.message, remedy: deployed?.remedy });
  return migrated;
}

test('under a hold a queued push migrates nothing, and is refused as its release would be', async () => {
  await rolledBack();
  const next = await prepareRelease(stage, { web: { version: '3' } });
  const refusal = await bothRefuse(next, {}, { runId: '1004', commit: commit('d') });
  expect(refusal?.message).toContain('Deploys are on hold: octocat went back');
  expect(refusal?.remedy).toContain('operation=resume');
  await bothRefuse(next, { force: 'true', reason: 'nightly' }, { runId: '1004', job: { event: 'schedule' } });
});

test('what is started by hand with a reason migrates under a hold, and its release ends the hold', async () => {
  await rolledBack();
  const next = await prepareRelease(stage, { web: { version: '3' } });
  const wishes = { runId: '1004', commit: commit('d'), job: byHand };
  const inputs = { reason: 'mended' };
  expect((await migrate(stage, next, inputs, wishes)).error).toBeUndefined();
  expect((await deploy(stage, next, inputs, wishes)).outputs['verdict']).toBe('succeeded');
  expect((await migrate(stage, next, { phase: 'contract', ...inputs }, wishes)).error).toBeUndefined();
});

test('an older run migrates nothing, unless it is forced', async () => {
  const old = await prepareRelease(stage, { web: { version: 'old' } });
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1002', commit: commit('b') });
  const wishes = { runId: '1001', commit: commit('a') };
  const refusal = await bothRefuse(old, {}, wishes);
  expect(refusal?.message).toContain('run 1001 of example/smartboard by octocat is older');
  expect((await migrate(stage, old, { force: 'true' }, wishes)).error).toBeUndefined();
});

test('with a token GitHub says which commit is the newer one, whatever the numbers of the runs', async () => {
  const [base, middle, top] = [commit('1'), commit('2'), commit('3')];
  stage.cloud.describeHistory([{ sha: base }, { sha: middle, parents: [base] }, { sha: top, parents: [middle] }]);
  const { url } = await stage.cloud.listen({ port: 0 });
  const inputs = { 'github-token': stage.cloud.jobApiToken };
  const job = { apiUrl: `${url}/_github/api` };
  await deploy(stage, await prepareRelease(stage), inputs, { job, runId: '1002', commit: middle });
  const next = await prepareRelease(stage, { 'svc-auth': { version: '2' } });
  const refusal = await bothRefuse(next, inputs, { job, runId: '1009', commit: base });
  expect(refusal?.message).toContain('This commit is older than what is deployed.');
  expect((await migrate(stage, next, inputs, { job, runId: '1001', commit: top })).error).toBeUndefined();
});

test('another repository migrates nothing, unless it is forced', async () => {
  await deploy(stage, await prepareRelease(stage));
  const fork = await prepareRelease(stage, { web: { version: 'fork' } });
  const wishes = { runId: '2000', job: { repository: 'fork/smartboard' } };
  expect((await bothRefuse(fork, {}, wishes))?.message).toContain('is another repository');
  expect((await migrate(stage, fork, { force: 'true' }, wishes)).error).toBeUndefined();
});

test('a pull request and a branch that somebody chose migrate nothing', async () => {
  const prepared = await prepareRelease(stage);
  for (const job of [
    { event: 'pull_request', ref: 'refs/pull/7/merge' },
    { ...byHand, ref: 'refs/heads/wild' },
  ]) {
    stage.forgetCalls();
    expect((await migrate(stage, prepared, {}, { job })).error).toMatchObject({ code: 'E_POLICY' });
    expect(stage.writes()).toEqual([]);
    expect((await migrate(stage, prepared, { 'dry-run': 'true' }, { job })).error).toBeUndefined();
  }
});

test('a run that was overtaken while it waited for the lock starts no task and frees the lock', async () => {
  await deploy(stage, await prepareRelease(stage), {}, { runId: '1000', commit: commit('a') });
  const newer = await prepareRelease(stage, { web: { version: '2' } });
  const older = await prepareRelease(stage, { 'svc-auth': { version: 'older' } });
  let waiting: ReturnType<typeof migrate> | undefined;
  const onLine = (line: string) => {
    // The newer run holds the lock from its first change on.
    if (line.startsWith('web:')) waiting ??= migrate(stage, older, {}, { runId: '1001', commit: commit('b') });
  };
  // Without contract migrations to come, the release ends the lock.
  const release = await deploy(stage, newer, { services: 'web' }, { runId: '1002', commit: commit('c'), onLine });
  const run = await waiting;
  expect(release.outputs['verdict']).toBe('succeeded');
  expect(run?.lines.join('\n')).toContain('Waiting for the lock');
  expect(run?.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('is older') });
  expect(stage.calls.map(({ operation }) => operation)).not.toContain('RunTask');
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'free' });
});

test('a hold that was set since its release stops a contract migration, whatever the reason', async () => {
  const first = await rolledBack();
  stage.forgetCalls();
  for (const inputs of [{}, { reason: 'mended', force: 'true' }]) {
    const wishes = { runId: '1001', runAttempt: 2, commit: commit('a'), job: byHand };
    const { error } = await migrate(stage, first, { phase: 'contract', ...inputs }, wishes);
    expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('Deploys are on hold') });
  }
  expect(stage.writes()).toEqual([]);
});

test('a hold that was set after a contract migration was let in stops it under the lock, and the floor stays', async () => {
  const prepared = await prepareRelease(stage);
  const release = (await deploy(stage, prepared)).outputs['release'] ?? '';
  const hold = { from: release, to: release, reason: 'the page is blank', by: 'maria', at: '2026-11-25T10:00:00Z' };
  await changeHead(stage.aws, where, {
    decide: (head) => ({ ...head, good: [release], current: release, hold }),
    nonce: () => 'held',
  });
  const visitor = { job: readJob({}), environment: 'prod', reason: 'mended', force: true, githubToken: undefined };
  const confirmed = confirm(stage.aws, { kind: 'contract', release }, { where, phase: 'contract', plans: [], visitor });
  await expect(confirmed).rejects.toMatchObject({
    code: 'E_STATE',
    message: expect.stringContaining('maria went back'),
  });
  expect((await readHead(stage.aws, where))?.floor).toBeUndefined();
});
