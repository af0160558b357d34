import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { openStage } from '../../../rehearsal/test/stage/stage.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { configEnv } from '../src/main.ts';

const nineServices = readFileSync(new URL('../../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');
const everyCallTakes40ms = ['sts', 'ssm', 'secretsmanager'].map((service) => {
  return { operation: `${service}:*`, kind: 'delay', ms: 40 } as const;
});

test('nine services take at most 1.5 s at 40 ms a call, and twelve calls when nothing has changed', async () => {
  const stage = await openStage({ manifest: nineServices });
  await stage.run('config-env', configEnv, {});
  stage.setFaults(everyCallTakes40ms);
  const before = stage.calls.length;
  const run = await stage.run('config-env', configEnv, {});
  await stage.close();
  expect(run.error).toBeUndefined();
  expect(stage.calls.length - before).toBeLessThanOrEqual(12);
  expect(run.seconds).toBeGreaterThan(0.2);
  expect(run.seconds).toBeLessThanOrEqual(1.5);
});

test('two hundred variables take at most forty calls', async () => {
  const many = Array.from(
    { length: 195 },
    (_, at) => `      V_${at}: { parameter: "/smartboard/{environment}/v${at}" }`,
  );
  const declared = Array.from({ length: 195 }, (_, at) => `  "/smartboard/{environment}/v${at}": { value: "x${at}" }`);
  const manifest = smallManifest
    .replace('      PORT: "3000"', ['      PORT: "3000"', ...many].join('\n'))
    .replace('parameters:', ['parameters:', ...declared].join('\n'));
  const stage = await openStage({ manifest });
  await stage.run('config-env', configEnv, {});
  const before = stage.calls.length;
  const run = await stage.run('config-env', configEnv, {});
  await stage.close();
  expect(run.error).toBeUndefined();
  expect(stage.calls.length - before).toBeLessThanOrEqual(40);
});
