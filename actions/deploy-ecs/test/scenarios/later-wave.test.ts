import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, prepareRelease, runningDigests } from '../../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
beforeEach(async () => void (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

test('a service of a later wave that someone deploys meanwhile is theirs, and is not touched', async () => {
  await deploy(stage, await prepareRelease(stage));
  const next = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: { version: '2' } });
  const theirs = await stage.push('web', { version: 'theirs' });
  let byHand: Promise<void> | undefined;
  const onLine = (line: string) => {
    if (line.startsWith('svc-auth: updated as ')) byHand ??= stage.byHand.deploy('web', theirs);
  };
  const run = await deploy(stage, next, {}, { runId: '1002', onLine });
  await byHand;
  expect(run.outputs['verdict']).toBe('superseded');
  expect(run.lines.join('\n')).toMatch(/web: superseded by ecs-svc\/\d+ before its turn came/);
  expect(run.report?.services.find(({ name }) => name === 'web')).toMatchObject({ digest: theirs });
  expect(runningDigests(stage)['smartboard-web']).not.toContain(next.images['web']);
});
