import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';

/**
 * The CDK app. Context: `manifest` (path), `environment` (name in it), `hash` and `registryHash` (what the job is skipped
 * by), `emulator` (leaves out what an emulator lacks). Nothing else is read, so a synthesis depends on these alone.
 */
const app = new App();

const manifest = parseManifest(readFileSync(context('manifest') ?? 'slipway.yml', 'utf8'));
const setting = settingOf(selectEnvironment(manifest, context('environment') ?? ''), {
  hash: context('hash') ?? 'unknown',
  registryHash: context('registryHash') ?? 'unknown',
});
addStacks(app, setting);
app.synth();

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' ? value : undefined;
}
