import { expect, test } from '@jest/globals';
import { stackParts } from '../../lib/core/names.ts';
import { inventory } from './inventory.ts';
import { example } from './synthesised.ts';

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
