import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { deploy, operate, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage } from '../../../rehearsal/test/stage/stage.ts';

const smartboard = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url).pathname, 'utf8');

/** Calls of `operation: verify` by name, after the session was opened; a link that is followed is no call of AWS. */
async function callsToVerify(manifest: string, { isFirst }: { isFirst: boolean }) {
  const stage = await openStage({ manifest });
  try {
    const prepared = await prepareRelease(stage);
    if (!isFirst) await deploy(stage, prepared);
    const from = stage.calls.length;
    const run = await operate(stage, { operation: 'verify', ...prepared.inputs }, { runId: '1002' });
    expect([run.error, run.warnings]).toEqual([undefined, []]);
    const calls = stage.calls.slice(from).filter(({ service }) => !['sts', 'github', 'layers'].includes(service));
    return calls.map(({ service, operation }) => `${service}:${operation}`);
  } finally {
    await stage.close();
  }
}

/** What is read in any case: what infra published, where the environment stands, what runs. */
const known = new Set([
  'ssm:GetParametersByPath',
  'ssm:GetParameter',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
]);

test.each([
  ['first', true],
  ['later', false],
])('a %s release of three services is verified with 8 calls and 4 a service at most', async (_which, isFirst) => {
  const calls = await callsToVerify(smallManifest, { isFirst });
  expect(calls.filter((call) => !known.has(call)).length).toBeLessThanOrEqual(8 + 4 * 3);
  // Three services do not share as much: contract, ledger and the definitions that run come on top.
  expect(calls.length).toBeLessThanOrEqual(8 + 4 * 3 + 7);
});

test.each([
  ['first', true],
  ['later', false],
])("a %s release of Smartboard's nine is, everything counted", async (_which, isFirst) => {
  const calls = await callsToVerify(smartboard, { isFirst });
  expect(calls.length).toBeLessThanOrEqual(8 + 4 * 9);
});
