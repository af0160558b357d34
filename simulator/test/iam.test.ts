import { describe, expect, test } from '@jest/globals';
import { evaluate, readPolicy } from '../services/iam/policy.ts';
import { account, errorOf, jobRole } from './account.ts';
import { PutParameterCommand } from '@aws-sdk/client-ssm';

const policy = (...Statement: object[]) => readPolicy({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[] = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

describe('a call is decided by the statements that apply', () => {
  const arn = 'arn:aws:ecs:eu-west-1:111122223333:service/prod/web';
  const passed = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
  const cases: [string, object[], string, string, Record<string, string>, string][] = [
    ['nothing says so', [], 'ecs:UpdateService', arn, {}, 'not allowed'],
    ['its name is listed', [allow('ecs:UpdateService')], 'ecs:UpdateService', arn, {}, 'allowed'],
    ['its name is listed in another case', [allow('ecs:updateservice')], 'ecs:UpdateService', arn, {}, 'allowed'],
    [
      'a wildcard covers it',
      [allow('ecs:Update*', 'arn:aws:ecs:*:*:service/prod/?eb')],
      'ecs:UpdateService',
      arn,
      {},
      'allowed',
    ],
    ['the resource is another', [allow('ecs:*', `${arn}-2`)], 'ecs:UpdateService', arn, {}, 'not allowed'],
    ['a dot is a dot', [allow('ecs:*', 'arn.aws:ecs*')], 'ecs:UpdateService', arn, {}, 'not allowed'],
    ['a deny wins', [allow('*'), { ...allow('ecs:*'), Effect: 'Deny' }], 'ecs:UpdateService', arn, {}, 'denied'],
    [
      'the condition holds',
      [allow('iam:PassRole', '*', passed)],
      'iam:PassRole',
      arn,
      { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      'allowed',
    ],
    [
      'the condition does not hold',
      [allow('iam:PassRole', '*', passed)],
      'iam:PassRole',
      arn,
      { 'iam:PassedToService': 'ec2.amazonaws.com' },
      'not allowed',
    ],
    ['the condition has no value', [allow('iam:PassRole', '*', passed)], 'iam:PassRole', arn, {}, 'not allowed'],
    [
      'all but some actions are meant',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'ecs:UpdateService',
      arn,
      {},
      'allowed',
    ],
    [
      'it is one of the actions that are not meant',
      [{ Effect: 'Allow', NotAction: 'ecs:update*', Resource: '*' }],
      'ecs:UpdateService',
      arn,
      {},
      'not allowed',
    ],
    [
      'all but some resources are denied',
      [allow('*'), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:ecs:*:*:service/prod/*' }],
      'ecs:UpdateService',
      arn,
      {},
      'allowed',
    ],
    [
      'the resource is not among the exceptions',
      [allow('*'), { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:ecs:*:*:service/dev/*' }],
      'ecs:UpdateService',
      arn,
      {},
      'denied',
    ],
    [
      'a star is a star',
      [allow('*', 'arn:aws:ecs:*:*:service/prod/${*}')],
      'ecs:UpdateService',
      arn,
      {},
      'not allowed',
    ],
  ];
  test.each(cases)('%s', (_, statements, action, resource, values, verdict) => {
    expect(evaluate(policy(...statements), { action, resource, conditions: values })).toBe(verdict);
  });
});

describe('a policy is refused when it is made', () => {
  const { Resource: _, ...withoutResource } = allow('*');
  test.each<[string, object, RegExp]>([
    [
      'with a condition operator that is not simulated',
      allow('*', '*', { IpAddress: { 'aws:PrincipalArn': '10.0.0.0/8' } }),
      /operator IpAddress/,
    ],
    [
      'with a condition key that is not simulated',
      allow('*', '*', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }),
      /key aws:SourceVpc/,
    ],
    [
      "with a variable whose value depends on the caller's tags",
      allow('*', 'arn:aws:s3:::${aws:PrincipalTag/team}/*'),
      /variable \$\{aws:PrincipalTag\/team\}/,
    ],
    [
      'with a variable in a condition',
      allow('*', '*', { StringLike: { 'secretsmanager:Name': '${aws:username}/*' } }),
      /variable \$\{aws:username\}/,
    ],
    [
      'with a key of several values that is asked like one of one',
      allow('*', '*', { StringEquals: { 'aws:TagKeys': 'a' } }),
      /aws:TagKeys has several values: StringEquals needs ForAllValues or ForAnyValue/,
    ],
    ['with a number that is none', allow('*', '*', { NumericLessThan: { 'ecs:task-cpu': 'x' } }), /x is no number/],
    ['with a misspelt effect', { ...allow('*'), Effect: 'allow' }, /Effect/],
    ['with Action and NotAction', { ...allow('*'), NotAction: '*' }, /Action or NotAction/],
    ['without a resource', withoutResource, /must contain resources/],
    ['that names a principal', { ...allow('*'), Principal: { AWS: '*' } }, /should not specify a principal/],
    ['with NotPrincipal', { ...allow('*'), NotPrincipal: { AWS: '*' } }, /NotPrincipal/],
  ])('%s', async (_what, statement, message) => {
    const error = await errorOf(account().cloud.provision([jobRole('*', [statement])]));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^DeployRole \(AWS::IAM::Role\): /);
  });
});

test('a role that every repository of GitHub could assume is refused', async () => {
  const role = jobRole('*');
  const { Condition: _, ...statement } = role.properties.AssumeRolePolicyDocument.Statement;
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: statement };
  const open = { ...role, properties: { ...role.properties, AssumeRolePolicyDocument } };
  const error = await errorOf(account().cloud.provision([open]));
  expect(error.message).toContain('must evaluate token.actions.githubusercontent.com:sub');
});

test('a trust is refused that asks for a claim which STS does not look at', async () => {
  const { StringEquals, StringLike } = jobRole('*').properties.AssumeRolePolicyDocument.Statement.Condition;
  const owner = { ...StringEquals, 'token.actions.githubusercontent.com:repository_owner': 'octo-org' };
  const role = jobRole('*');
  const statement = role.properties.AssumeRolePolicyDocument.Statement;
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: { ...statement, Condition: { StringEquals: owner, StringLike } },
  };
  const error = await errorOf(
    account().cloud.provision([{ ...role, properties: { ...role.properties, AssumeRolePolicyDocument } }]),
  );
  expect(error.message).toContain('key token.actions.githubusercontent.com:repository_owner is not simulated');
});

test('who is not allowed reads whom, what and on what', async () => {
  const { cloud, clientsOf } = account();
  await cloud.provision([jobRole('*', [allow('ssm:PutParameter', 'arn:aws:ssm:*:*:parameter/app/*')])]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'run-1');
  const { ssm } = clientsOf({
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  });
  const put = (Name: string) => ssm.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String' }));
  await put('/app/a');
  expect(await errorOf(put('/other'))).toMatchObject({
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::111122223333:assumed-role/deploy/run-1 is not authorized to perform: ssm:PutParameter on resource: ' +
      'arn:aws:ssm:eu-west-1:111122223333:parameter/other because no identity-based policy allows the ssm:PutParameter action',
  });
});
