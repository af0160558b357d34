import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { parseForInfra } from '../../lib/core/manifest/parse-for-infra.ts';
import { fitEmulator } from '../lib/emulator.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';

/**
 * The CDK app. Context: `manifest` (path), `environment` (name in it), `hash` and `registryHash` (what the job is skipped
 * by), `commit` (for people), `emulator` (leaves out what an emulator lacks). Nothing else is read, so a synthesis depends
 * on these alone.
 */
const app = new App();

const file = context('manifest') ?? 'slipway.yml';
const manifest = parseForInfra(readFileSync(file, 'utf8'), { environment: context('environment') ?? '', file });
const commit = context('commit');
const setting = settingOf(manifest, {
  hash: context('hash') ?? 'unknown',
  registryHash: context('registryHash') ?? 'unknown',
  ...(commit === undefined ? {} : { commit }),
});
addStacks(app, setting);
const emulator = context('emulator');
if (emulator !== undefined) fitEmulator(app, emulator);
app.synth();

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
}
