import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';
import { context } from './feature-flags.ts';

/** The example's templates by part (`network`, `platform`, …), with the app's own feature flags. Synthesised once a test file. */
export function example(): ReadonlyMap<string, Template> {
  return (cached ??= synthesise(exampleManifest));
}

/** Templates by part of any manifest's environment `prod`. */
export function synthesise(manifest: string): ReadonlyMap<string, Template> {
  // CDK's own look at templates takes half of the time; nag.test.ts lets it look.
  const app = new App({ context, builtinCloudFormationValidation: false });
  addStacks(app, settingOf(selectEnvironment(parseManifest(manifest), 'prod'), { hash: 'h', registryHash: 'r' }));
  const stacks = app.node.children.filter((child): child is Stack => child instanceof Stack);
  return new Map(stacks.map((stack) => [stack.stackName.split('-').at(-1)!, Template.fromStack(stack)]));
}

export const exampleManifest = readFileSync(new URL('../../examples/smartboard/slipway.yml', import.meta.url), 'utf8');
let cached: ReadonlyMap<string, Template> | undefined;
