import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { deploy, operate, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { headOf, recordsOf } from './ledger-of.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

async function release(version: string) {
  const prepared = await prepareRelease(stage, { web: { version } });
  const run = await deploy(stage, prepared, {}, { runId: version, commit: version.repeat(40) });
  return { digest: prepared.images['web'], id: run.outputs['release'] ?? '' };
}

const reason = 'the page is blank';
const webDigests = () => runningDigests(stage)['smartboard-web'];

test('goes back one good release after the other, never to one that was left', async () => {
  const [first, second] = [await release('1'), await release('2')];
  await release('3');
  expect((await operate(stage, { operation: 'rollback', reason })).error).toBeUndefined();
  expect(webDigests()).toEqual([second.digest]);
  expect((await operate(stage, { operation: 'rollback', reason })).error).toBeUndefined();
  expect(webDigests()).toEqual([first.digest]);
  const last = await operate(stage, { operation: 'rollback', reason });
  expect(last.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('no good release before') });
});

test('goes back to a release named by id or by commit, needing nothing of its build', async () => {
  const first = await release('1');
  const second = await release('2');
  await release('3');
  await operate(stage, { operation: 'rollback', reason, release: second.id });
  expect(webDigests()).toEqual([second.digest]);
  await operate(stage, { operation: 'rollback', reason, release: '1111111' });
  expect(webDigests()).toEqual([first.digest]);
});

test('touches only the services that differ', async () => {
  await release('1');
  await release('2');
  stage.forgetCalls();
  await operate(stage, { operation: 'rollback', reason });
  expect(stage.writes().filter((name) => name !== 'PutParameter')).toEqual(['RegisterTaskDefinition', 'UpdateService']);
});

test('refuses a release that never was good, or whose image is gone, before any write', async () => {
  await release('1');
  const broken = await prepareRelease(stage, { web: { 'simulator.exit-code': '1' } });
  const failed = await deploy(stage, broken, {}, { runId: '2' });
  await release('3');
  stage.forgetCalls();
  const never = await operate(stage, { operation: 'rollback', reason, release: failed.outputs['release'] ?? '' });
  expect(never.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('No good release') });

  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const ecr = new ECRClient({ region: 'eu-west-1', credentials, requestHandler: inProcess(stage.cloud) });
  const oldest = (await recordsOf(stage)).at(-1);
  await ecr.send(
    new BatchDeleteImageCommand({
      repositoryName: 'smartboard-web',
      imageIds: [{ imageDigest: oldest?.services['web']?.digest }],
    }),
  );
  stage.forgetCalls();
  const gone = await operate(stage, { operation: 'rollback', reason });
  expect(gone.error?.message).toContain('is gone from ECR');
  expect(stage.writes()).toEqual([]);
});

test('has nothing to go back to before the first release', async () => {
  const run = await operate(stage, { operation: 'rollback', reason });
  expect(run.error).toMatchObject({ code: 'E_STATE' });
});

test('the ledger remembers why, by whom and from where it was rolled back', async () => {
  await release('1');
  const second = await release('2');
  await operate(stage, { operation: 'rollback', reason });
  const head = await headOf(stage);
  expect(head).toMatchObject({
    hold: { from: second.id, to: head.current, reason, by: 'octocat' },
    good: [head.current],
    left: [{ release: second.id, reason }],
  });
});

test('the record of a release says under which ARN it was brought back, and a rollback has a record of its own', async () => {
  const first = await release('1');
  await release('2');
  const run = await operate(stage, { operation: 'rollback', reason }, { runId: '9' });
  expect(run.outputs).toMatchObject({ release: first.id, verdict: 'rolled-back' });
  const web = { taskDefinition: expect.stringContaining('smartboard-prod-web:3'), digest: first.digest };
  const [own, , brought] = await recordsOf(stage);
  expect(brought).toMatchObject({ id: first.id, verdict: 'succeeded', services: { web } });
  expect(own).toMatchObject({
    operation: 'rollback',
    verdict: 'rolled-back',
    reason,
    run: { id: '9' },
    services: { web },
  });
});

test('a cancelled rollback says what goes on in ECS', async () => {
  await release('1');
  await release('2');
  const controller = new AbortController();
  const run = await operate(
    stage,
    { operation: 'rollback', reason },
    {
      signal: controller.signal,
      onLine: (line) => line.startsWith('web: starting') && controller.abort(new Error('cancelled')),
    },
  );
  expect(run.error?.message).toBe('cancelled');
  expect(run.lines).toContainEqual(expect.stringMatching(/^web: ecs-svc\/\d+ goes on in ECS$/));
  expect(run.outputs['verdict']).toBe('unknown');
});
