import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { migrate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage } from '../../../rehearsal/test/stage/stage.ts';

const smartboard = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url).pathname, 'utf8');
const twice = smallManifest.replace(
  'migrate: { command: [node, migrate.js], schema: auth }',
  'migrate: [{ command: [node, migrate.js], schema: auth }, { command: [node, second.js], schema: auth }]',
);

/** Calls before the first write, after the session was opened; a link that is followed is no call of AWS. */
async function readsOf(manifest: string): Promise<readonly string[]> {
  const stage = await openStage({ manifest });
  try {
    const prepared = await prepareRelease(stage);
    const from = stage.calls.length;
    const run = await migrate(stage, prepared, { 'dry-run': 'true' });
    expect([run.error, run.warnings]).toEqual([undefined, []]);
    const calls = stage.calls.slice(from).filter(({ service }) => !['sts', 'github', 'layers'].includes(service));
    return calls.map(({ service, operation }) => `${service}:${operation}`);
  } finally {
    await stage.close();
  }
}

test.each([
  ['one migration', smallManifest, 1],
  ['two migrations of one service', twice, 1],
  ["Smartboard's migrations, of five services", smartboard, 5],
])('the preflight of %s reads everything once, and an image by two calls', async (_which, manifest, images) => {
  const reads = await readsOf(manifest);
  const contract = reads.filter((read) => read === 'ssm:GetParametersByPath');
  const rest = reads.filter((read) => read !== 'ssm:GetParametersByPath');
  expect(contract.length).toBeLessThanOrEqual(2);
  // One secret is plain: its value is nobody's to read, so it is described besides.
  expect(rest.length).toBe(8 + 2 * images);
});
