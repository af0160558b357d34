import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CliStage, exampleManifest, openCliStage } from './cli-stage.ts';

let stage: CliStage;
beforeEach(async () => {
  stage = await openCliStage();
  stage.synthesises({});
});
afterEach(() => stage.close());

/** `diff` of the example against another state of its manifest. */
async function against(manifest: string) {
  const file = join(stage.folder, 'main.yml');
  await writeFile(file, manifest);
  return stage.run('diff', '--against', file);
}

test('A plan says what a change of the manifest costs', async () => {
  const { code, report } = await against(exampleManifest.replace('nat: per-az', 'nat: single'));
  expect([code, report.notes]).toEqual([
    0,
    [
      'About +38.69 USD a month (347.97 → 386.66): NAT Gateway, gateways +35.04; not in the guide, public IPv4 addresses +3.65.',
    ],
  ]);
});

test('and that it costs nothing', async () => {
  expect((await against(exampleManifest)).report.notes).toEqual(['Its costs do not change.']);
});

test('An environment that is new is told with all it costs', async () => {
  const { report } = await against(exampleManifest.replace('\n  prod:\n', '\n  test:\n'));
  expect(report.notes).toEqual(['It would cost about 386.66 USD a month.']);
});

test('A state that cannot be read is named', async () => {
  const { code, report } = await stage.run('diff', '--against', join(stage.folder, 'nowhere.yml'));
  expect([code, report.error?.code, report.error?.remedy]).toEqual([1, 'E_INPUT', 'Check --against.']);
});

test('Without it nothing is said of costs', async () => {
  expect((await stage.run('diff')).report.notes).toEqual([]);
});
