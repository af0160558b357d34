import { describe, expect, test } from '@jest/globals';
import { outputsOf, parameter, stackWorld } from './stack-world.ts';

/** What templates may say, tried through stacks: functions, parameters, conditions, rules, dynamic references. */

const outputs = (values: Readonly<Record<string, unknown>>) => ({
  Outputs: Object.fromEntries(Object.entries(values).map(([key, Value]) => [key, { Value }])),
});

const evaluated = async (value: unknown, template: object = {}) => {
  const world = stackWorld();
  const stack = await world.create(
    'it',
    { It: parameter('/it') },
    { template: { ...template, ...outputs({ It: value }) } },
  );
  return outputsOf(stack)['It'];
};

describe('functions', () => {
  test.each<[what: string, value: unknown, expected: string]>([
    ['Ref of a resource', { Ref: 'It' }, '/it'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::AccountId' }, '111122223333'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['It', 'Value'] }, 'one'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'It.Value' }, 'one'],
    ['Fn::Join of what other functions give', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
    ['Fn::Join without what is no value', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    [
      'Fn::Sub with names, attributes and an escape',
      { 'Fn::Sub': '${It} ${It.Value} ${!It} ${AWS::StackName}' },
      '/it one ${It} it',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${a}/${It}', { a: { Ref: 'AWS::Partition' } }] }, 'aws//it'],
    ['Fn::Select of a split text', { 'Fn::Select': [1, { 'Fn::Split': ['.', 'a.b.c'] }] }, 'b'],
    ['Fn::Select with a text as index', { 'Fn::Select': ['0', ['x', 'y']] }, 'x'],
    ['Fn::Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['Fn::Cidr', { 'Fn::Join': [' ', { 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }] }, '10.0.0.0/24 10.0.1.0/24'],
    ['Fn::GetAZs', { 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'eu-west-1c'],
    ['Fn::ToJsonString', { 'Fn::ToJsonString': { a: [{ Ref: 'It' }] } }, '{"a":["/it"]}'],
  ])('%s', async (_what, value, expected) => {
    expect(await evaluated(value)).toBe(expected);
  });

  test('Fn::FindInMap finds by two keys', async () => {
    const Mappings = { Sizes: { 'eu-west-1': { small: '10' } } };
    expect(await evaluated({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, { Mappings })).toBe('10');
  });

  test('Fn::If takes the branch of its condition, which may be made of others', async () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'prod' } },
      Conditions: {
        Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        Ireland: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
        Both: { 'Fn::And': [{ Condition: 'Prod' }, { 'Fn::Not': [{ 'Fn::Not': [{ Condition: 'Ireland' }] }] }] },
        Neither: { 'Fn::Not': [{ 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'Ireland' }] }] },
      },
    };
    const value = { 'Fn::Join': [',', [{ 'Fn::If': ['Both', 'yes', 'no'] }, { 'Fn::If': ['Neither', 'yes', 'no'] }]] };
    expect(await evaluated(value, template)).toBe('yes,no');
  });

  test('one that is not known is refused loudly', async () => {
    const include = evaluated({ 'Fn::Join': ['', [{ 'Fn::Transform': { Name: 'AWS::Include' } }]] });
    await expect(include).rejects.toThrow('does not simulate the template function Fn::Transform');
  });
});

describe('a template is refused, with nothing made of it,', () => {
  test.each<[what: string, template: object, message: string]>([
    ['when it has no resources', { Resources: {} }, 'At least one Resources member must be defined.'],
    ['when it has a section that no template has', { Resources: { A: parameter('/a') }, Recources: {} }, 'Recources'],
    [
      'when a reference leads nowhere',
      { Resources: { A: parameter('/a', { Ref: 'B' }) } },
      'Unresolved resource dependencies [B]',
    ],
    [
      'when an output names nothing',
      { Resources: { A: parameter('/a') }, Outputs: { O: { Value: { Ref: 'B' } } } },
      'in the Outputs block',
    ],
    [
      'when resources name each other',
      { Resources: { A: parameter('/a', { Ref: 'B' }), B: parameter('/b', { 'Fn::Sub': '${A.Value}' }) } },
      'Circular dependency between resources: [A, B]',
    ],
    [
      'when AWS has no such type',
      { Resources: { A: { Type: 'Acme::Thing' } } },
      'Unrecognized resource types: [Acme::Thing]',
    ],
    [
      'when only the simulator lacks the type',
      { Resources: { A: { Type: 'AWS::Lambda::Function' } } },
      'does not simulate resources of the types AWS::Lambda::Function',
    ],
    [
      'when it has a macro',
      { Transform: 'AWS::Serverless-2016-10-31', Resources: { A: parameter('/a') } },
      'does not simulate transforms',
    ],
    [
      'when a parameter has no value',
      { Parameters: { P: { Type: 'String' } }, Resources: { A: parameter('/a') } },
      'Parameters: [P] must have values',
    ],
    [
      'when a parameter is none of its values',
      {
        Parameters: { P: { Type: 'String', Default: 'c', AllowedValues: ['a', 'b'] } },
        Resources: { A: parameter('/a') },
      },
      "Parameter 'P' must be one of AllowedValues",
    ],
    [
      'when an assertion of its rules does not hold',
      {
        Parameters: { V: { Type: 'String', Default: '5' } },
        Rules: {
          New: {
            Assertions: [
              { Assert: { 'Fn::Not': [{ 'Fn::Contains': [['4', '5'], { Ref: 'V' }] }] }, AssertDescription: 'too old' },
            ],
          },
        },
        Resources: { A: parameter('/a') },
      },
      'too old',
    ],
  ])('%s', async (_what, template, message) => {
    const world = stackWorld();
    await expect(world.create('it', {}, { template })).rejects.toThrow(message);
    await expect(world.describe('it')).rejects.toThrow('Stack with id it does not exist');
  });

  test('when it makes roles and nobody has said that they know', async () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', AssumeRolePolicyDocument: {} } };
    const creation = stackWorld().create('it', { R: role }, { Capabilities: ['CAPABILITY_IAM'] });
    await expect(creation).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
  });

  test('when it is longer than a request may be', async () => {
    const template = { Metadata: { long: 'x'.repeat(51_200) } };
    await expect(stackWorld().create('it', { A: parameter('/a') }, { template })).rejects.toThrow(
      'less than or equal to 51200',
    );
  });
});

describe('parameters', () => {
  test('may stand in SSM, and are read there when the stack is deployed', async () => {
    const world = stackWorld();
    await world.create('version', { V: parameter('/version', '30') });
    const Parameters = { Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' } };
    const stack = await world.create(
      'it',
      { It: parameter('/it', { Ref: 'Version' }) },
      { template: { Parameters, ...outputs({ It: { Ref: 'Version' } }) } },
    );
    expect(outputsOf(stack)).toEqual({ It: '30' });
    expect(stack.Parameters).toEqual([{ ParameterKey: 'Version', ParameterValue: '/version', ResolvedValue: '30' }]);
  });

  test('that nobody may see are not shown', async () => {
    const Parameters = { Password: { Type: 'String', NoEcho: true, Default: 'very secret' } };
    const stack = await stackWorld().create('it', { A: parameter('/a') }, { template: { Parameters } });
    expect(stack.Parameters).toEqual([{ ParameterKey: 'Password', ParameterValue: '****' }]);
  });
});

const reading = (name: string) => ({ It: parameter('/it', '{{resolve:ssm:/plain}}'), Other: parameter(name) });

describe('dynamic references', () => {
  const secret = {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'db', SecretString: '{"user":"app","port":5432}' },
  };
  const resolved = (reference: unknown) => ({
    S: secret,
    P: parameter('/plain', 'from ssm'),
    It: parameter('/it', reference, { DependsOn: ['S', 'P'] }),
  });

  test.each<[what: string, reference: unknown, expected: string]>([
    ['a key of a secret by its name', 'u={{resolve:secretsmanager:db:SecretString:user}}', 'u=app'],
    ['a whole secret by its ARN', { 'Fn::Sub': '{{resolve:secretsmanager:${S}}}' }, '{"user":"app","port":5432}'],
    [
      'a key with a stage',
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'S' }, ':SecretString:port:AWSCURRENT}}']] },
      '5432',
    ],
    ['two in one text', '{{resolve:ssm:/plain}} and {{resolve:ssm:/plain}}', 'from ssm and from ssm'],
  ])('%s', async (_what, reference, expected) => {
    const world = stackWorld();
    expect(await world.create('it', resolved(reference))).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(world.cloud.ssm.valueOf('/it')).toBe(expected);
  });

  test('are read again only when the text of their own resource changes', async () => {
    const world = stackWorld();
    await world.create('plain', { P: parameter('/plain', 'old') });
    await world.create('it', reading('/one'));
    await world.update('plain', { P: parameter('/plain', 'new') });
    await world.update('it', reading('/two'));
    expect(world.cloud.ssm.valueOf('/it')).toBe('old');
    await world.update('it', { It: parameter('/it', 'now {{resolve:ssm:/plain}}'), Other: parameter('/two') });
    expect(world.cloud.ssm.valueOf('/it')).toBe('now new');
  });

  test('of something that is not there fail the resource, without a value in the message', async () => {
    const world = stackWorld();
    const { StackStatus } = await world.create('it', resolved('{{resolve:secretsmanager:db:SecretString:password}}'));
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    const failure = (await world.events('it')).find((event) => event.startsWith('It CREATE_FAILED'));
    expect(failure).toContain('did not contain json key password');
    expect(failure).not.toContain('app');
  });
});

test('a template may be written in YAML, with short forms', async () => {
  const world = stackWorld();
  const body = `
Parameters:
  Name: { Type: String, Default: yes }
Resources:
  A:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub '/\${Name}/a'
      Type: String
      Value: !If [Always, !Join ['-', [!Ref AWS::Region, !GetAtt B.Value]], !Ref AWS::NoValue]
  B: { Type: AWS::SSM::Parameter, Properties: { Name: /b, Type: String, Value: b } }
Conditions:
  Always: !Equals [a, a]
`;
  await world.create('it', {}, { TemplateBody: body } as never);
  expect(world.cloud.ssm.valueOf('/yes/a')).toBe('eu-west-1-b');
});
