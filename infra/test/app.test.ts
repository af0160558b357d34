import { expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib/core';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { stackParts } from '../../lib/core/names.ts';
import { settingOf } from '../lib/setting.ts';
import { addStacks } from '../lib/stacks.ts';
import { inventory } from './inventory.ts';
import { example } from './synthesised.ts';
import { variedManifest, type Change } from './varied.ts';

test('The app has its seven stacks in the order in which they are deployed.', () => {
  expect([...example().keys()]).toEqual(['registry', 'delivery', 'network', 'data', 'edge', 'platform', 'monitoring']);
});

test('No stack declares an ECS service, a task definition, a Lambda function or an asset.', () => {
  for (const template of example().values()) {
    template.resourceCountIs('AWS::ECS::Service', 0);
    template.resourceCountIs('AWS::ECS::TaskDefinition', 0);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    expect(Object.keys(template.toJSON()['Parameters'] ?? {})).toEqual(['BootstrapVersion']);
  }
});

test('Every template is smaller than what CloudFormation takes as a body, 51,200 bytes.', () => {
  for (const [part, template] of example())
    expect([part, JSON.stringify(template.toJSON()).length < 51_200]).toEqual([part, true]);
});

test.each(stackParts)('The stack %s makes these resources and no others', (part) => {
  expect(`\n${inventory(example().get(part)!)}\n`).toMatchSnapshot();
});

test('Nobody deletes a stack by mistake, unless the manifest says so; the registries are kept in any case.', () => {
  const unprotected: Change = ['nat: per-az', 'nat: per-az\n    protection: false'];
  expect(protectedStacks()).toEqual(stackParts);
  expect(protectedStacks(unprotected)).toEqual(['registry']);
});

function protectedStacks(...changes: readonly Change[]) {
  const app = new App();
  const manifest = selectEnvironment(parseManifest(variedManifest(...changes)), 'prod');
  addStacks(app, settingOf(manifest, { hash: 'h', registryHash: 'r' }));
  const stacks = app.node.children.filter((child): child is Stack => child instanceof Stack);
  return stacks.filter((stack) => stack.terminationProtection).map(({ stackName }) => stackName.split('-').at(-1));
}
