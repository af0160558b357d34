import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';
import { variedManifest, type Change } from './varied.ts';
import cdk from '../cdk.json' with { type: 'json' };

test('cdk-nag (AwsSolutions) finds nothing in the example', () => {
  expect(findingsIn(example())).toEqual([]);
});

test('Nor in an environment that wants everything otherwise', () => {
  const otherwise = `nat: single
    encryption: cmk
    endpoints: true
    flow-logs: false
    protection: false
    firewall: none
    alarms: { email: [ops@example.com] }`;
  expect(findingsIn(example(['nat: per-az', otherwise], ['nodes: 1', 'nodes: 2']))).toEqual([]);
});

test('It would find a bucket that everyone may reach without TLS', () => {
  const app = new App();
  new CfnBucket(new Stack(app, 'careless'), 'Bucket', {});
  expect(findingsIn(app)).toEqual([
    expect.stringMatching(/^AwsSolutions-S1 careless\/Bucket: /),
    expect.stringMatching(/^AwsSolutions-S10 careless\/Bucket: /),
  ]);
});

function example(...changes: readonly Change[]): App {
  const app = new App({ context: cdk.context });
  const manifest = selectEnvironment(parseManifest(variedManifest(...changes)), 'prod');
  addStacks(app, settingOf(manifest, { hash: 'h', registryHash: 'r' }));
  return app;
}

/** What the AwsSolutions pack and CDK's own validation say of an app, but for what is acknowledged with a reason. */
function findingsIn(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch (error) {
    // A violation; the report says which.
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error;
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations = [] }) =>
    violations.flatMap(({ ruleName, description, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}: ${description}`),
    ),
  );
}

type Report = {
  readonly pluginReports: readonly {
    readonly violations?: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
};
