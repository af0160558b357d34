import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import { deploy, operate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
let first: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  first = await prepareRelease(stage);
  await deploy(stage, first, {}, { runId: '1' });
});
afterEach(() => stage.close());

const withSchema = (schema: string) =>
  writeFile(join(stage.directory, 'slipway.yml'), smallManifest.replace('?schema=auth', `?schema=${schema}`));
const rotate = (password: string) =>
  stage.byHand.putSecret('smartboard/rds/credentials', JSON.stringify({ username: 'smartboard', password }));

/** What a task of this configuration is given when it starts now. */
async function urlOf({ inputs }: Prepared): Promise<string> {
  const config = JSON.parse(await readFile(inputs['config'] ?? '', 'utf8')) as ResolvedConfig;
  return stage.cloud.secrets.valueFrom(config.services['svc-auth']?.secrets['DATABASE_URL_AUTH'] ?? '');
}

const crashing = { 'svc-auth': { 'simulator.exit-code': '1' } };

test('the schema changes and the release fails: a task that is replaced gets the old URL', async () => {
  const before = await urlOf(first);
  await withSchema('other');
  const second = await prepareRelease(stage, crashing);
  const failed = await deploy(stage, second, {}, { runId: '2' });
  expect(failed.outputs['verdict']).toBe('undone');
  expect([await urlOf(first), await urlOf(second)]).toEqual([before, expect.stringContaining('schema=other')]);
  const { runningDigests } = stage.cloud.ecs.truth().find(({ service }) => service === 'smartboard-svc-auth') ?? {};
  expect(new Set(runningDigests)).toEqual(new Set([first.images['svc-auth']]));
});

test('a rotation refreshes what the current release and the good one before it use, each with its own schema', async () => {
  await withSchema('second');
  const second = await prepareRelease(stage);
  await deploy(stage, second, {}, { runId: '2' });
  await withSchema('third');
  await rotate('n3w-pa55word');
  const third = await prepareRelease(stage);
  const urls = await Promise.all([first, second, third].map(urlOf));
  expect(urls).toEqual([
    expect.stringMatching(/:n3w-pa55word@.*schema=auth$/),
    expect.stringMatching(/:n3w-pa55word@.*schema=second$/),
    expect.stringMatching(/:n3w-pa55word@.*schema=third$/),
  ]);
});

test('after a rollback a rotation still refreshes what runs', async () => {
  await withSchema('second');
  await deploy(stage, await prepareRelease(stage), {}, { runId: '2' });
  const rollback = await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '3' });
  expect(rollback.outputs['verdict']).toBe('rolled-back');
  await withSchema('third');
  await rotate('n3w-pa55word');
  await prepareRelease(stage);
  expect(await urlOf(first)).toContain(':n3w-pa55word@');
});

test('a failed release leaves nothing behind that a rotation would miss', async () => {
  await withSchema('other');
  await deploy(stage, await prepareRelease(stage, crashing), {}, { runId: '2' });
  await rotate('n3w-pa55word');
  await prepareRelease(stage);
  expect(await urlOf(first)).toContain(':n3w-pa55word@');
});
