import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ECSClient, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { readCommonInputs } from '../../github/common-inputs.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { type Stage, openStage } from '../../../rehearsal/test/stage/stage.ts';
import type { Aws } from '../../aws/session.ts';
import { openSession } from '../open-session.ts';

let stage: Stage;
beforeEach(async () => (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const scope = { account: '111122223333', region: 'eu-west-1' };

/** What `work` meets in a session opened with these inputs. */
async function trouble(
  inputs: Record<string, string>,
  work: (open: () => Promise<Aws>) => Promise<unknown> = (open) => open(),
) {
  const { error } = await stage.run(
    'deploy-ecs',
    async (step, surroundings) => {
      const common = readCommonInputs(step.inputs);
      await work(() => openSession(step, common, scope, surroundings));
    },
    inputs,
  );
  return error;
}

test('the identity is checked before anything else is asked', async () => {
  expect(await trouble({})).toBeUndefined();
  expect(stage.calls.slice(-2).map(({ operation }) => operation)).toEqual([
    'AssumeRoleWithWebIdentity',
    'GetCallerIdentity',
  ]);
});

test('another region than the manifest says is refused without a call', async () => {
  stage.forgetCalls();
  expect(await trouble({ 'aws-region': 'us-east-1' })).toMatchObject({
    code: 'E_SCOPE',
    place: 'aws-region',
  });
});

test('a role that does not trust the job is told with what the job presented', async () => {
  const role = 'arn:aws:iam::111122223333:role/smartboard-prod-web-task';
  const error = await trouble({ 'role-to-assume': role });
  expect(error).toMatchObject({ code: 'E_SCOPE', place: 'role-to-assume' });
  expect(error?.message).toContain('sub "repo:example/smartboard:environment:prod", aud "sts.amazonaws.com"');
});

test('a session that AWS calls expired is renewed, and the call repeated', async () => {
  stage.setFaults([{ operation: 'ecs:DescribeServices', nth: 1, kind: 'expired-token' }]);
  const renewed = () => stage.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity').length;
  const error = await trouble({}, async (open) => {
    const aws = await open();
    await aws.send(
      new ECSClient(aws.configuration),
      new DescribeServicesCommand({ cluster: 'smartboard-prod', services: ['web'] }),
    );
  });
  expect(error).toBeUndefined();
  expect(renewed()).toBe(2);
});
