import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';
import { allOf } from './resources.ts';
import { variedManifest, type Change } from './varied.ts';
import { context } from './feature-flags.ts';

test('cdk-nag (AwsSolutions) finds nothing in the example', () => {
  expect(findingsIn(example())).toEqual([]);
});

describe('In an environment that wants everything otherwise', () => {
  const otherwise = `nat: single
    encryption: cmk
    endpoints: true
    flow-logs: false
    protection: false
    alarms: { email: [ops@example.com] }`;
  const app = example(['nat: per-az', otherwise], ['nodes: 1', 'nodes: 2']);

  test('it finds nothing either', () => {
    expect(findingsIn(app)).toEqual([]);
  });

  test("the environment's key lets CloudWatch use it for every log that it encrypts", () => {
    const stacks = app.node.children.filter((child) => child instanceof Stack);
    const templates = stacks.map((stack) => Template.fromStack(stack));
    const [key] = templates.flatMap((template) => allOf(template, 'AWS::KMS::Key'));
    const { Condition } = key!['KeyPolicy'].Statement.find(({ Sid }: { Sid: string }) => Sid === 'Logs');
    const patterns: string[] = Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'];
    const names = templates
      .flatMap((template) => allOf(template, 'AWS::Logs::LogGroup'))
      .filter(({ KmsKeyId }) => KmsKeyId !== undefined)
      .map((group) => String(group['LogGroupName']));
    expect(names).toHaveLength(11);
    for (const name of names) expect([name, patterns.some((pattern) => isLike(pattern, name))]).toEqual([name, true]);
  });
});

test('It would find a bucket that everyone may reach without TLS', () => {
  const app = new App();
  new CfnBucket(new Stack(app, 'careless'), 'Bucket', {});
  expect(findingsIn(app)).toEqual([
    expect.stringMatching(/^AwsSolutions-S1 careless\/Bucket: /),
    expect.stringMatching(/^AwsSolutions-S10 careless\/Bucket: /),
  ]);
});

function isLike(pattern: string, name: string): boolean {
  const group = pattern.split(':log-group:')[1]!;
  return group.endsWith('*') ? name.startsWith(group.slice(0, -1)) : name === group;
}

function example(...changes: readonly Change[]): App {
  const app = new App({ context });
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
