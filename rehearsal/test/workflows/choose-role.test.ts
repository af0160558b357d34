import { describe, expect, test } from '@jest/globals';
import { runAction } from '../../runner/run-action.ts';
import { root } from './workflow-files.ts';

const arnOf = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const deployRole = arnOf('smartboard-prod-deploy');

test.each([
  ['build', { 'deploy-role': deployRole }, arnOf('smartboard-prod-build')],
  ['infra', { 'deploy-role': deployRole }, arnOf('smartboard-prod-infra')],
  ['plan', { 'deploy-role': deployRole }, arnOf('smartboard-prod-plan')],
  ['deploy', { 'deploy-role': deployRole }, deployRole],
  ['deploy', { 'deploy-role': arnOf('path/releaser') }, arnOf('path/releaser')],
  ['build', { 'deploy-role': deployRole, given: arnOf('images') }, arnOf('images')],
  ['build', { given: arnOf('images') }, arnOf('images')],
])('the role to %s, given %j, is %s', async (role, inputs, arn) => {
  const { outcome, outputs, log } = await choose({ role, ...inputs });
  expect([outcome, outputs, log]).toEqual(['success', { arn }, '']);
});

describe('is refused in one annotation, without an output', () => {
  test.each([
    ['nothing is set', { role: 'deploy' }, 'AWS_ROLE_TO_ASSUME is not set. Set it as a variable or a secret'],
    ['the name has no siblings', { role: 'build', 'deploy-role': arnOf('ci') }, 'Set the variable AWS_BUILD_ROLE.'],
    [
      'it is no ARN',
      { role: 'deploy', 'deploy-role': 'smartboard-prod-deploy' },
      'AWS_ROLE_TO_ASSUME is not the complete ARN',
    ],
    [
      'it is a line more',
      { role: 'deploy', 'deploy-role': `${deployRole}\narn=evil` },
      'AWS_ROLE_TO_ASSUME is not the complete ARN',
    ],
    [
      'the own one is no ARN',
      { role: 'infra', given: 'x', 'deploy-role': deployRole },
      'AWS_INFRA_ROLE is not the complete ARN',
    ],
    [
      'it is asked for another',
      { role: 'admin', 'deploy-role': deployRole },
      '`role` is none of build, infra, deploy and plan.',
    ],
  ])('when %s', async (_, inputs, said) => {
    const { status, outputs, commands } = await choose(inputs);
    expect([status, outputs, commands.map(({ name }) => name)]).toEqual([1, {}, ['error']]);
    expect(commands[0]?.value).toContain(said);
  });
});

function choose(inputs: Record<string, string>) {
  return runAction(`${root}.github/actions/choose-role`, { inputs });
}
