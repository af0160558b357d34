import { describe, expect, test } from '@jest/globals';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { LogEntry } from '../request-log.ts';
import { account, ask, errorOf } from './account.ts';

const post = (body: unknown) => ({ method: 'POST', body });

test('resources are made in order and answer what Ref and GetAtt would', async () => {
  const { cloud } = account();
  const { json } = await ask(
    cloud,
    '/_simulator/resources',
    post([
      { id: 'Group', type: 'AWS::Logs::LogGroup', properties: { LogGroupName: '/app' } },
      { id: 'Name', type: 'AWS::SSM::Parameter', properties: { Name: '/app/name', Type: 'String', Value: 'x' } },
    ]),
  );
  expect(json).toEqual({
    Group: { ref: '/app', attributes: { Arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/app:*' } },
    Name: { ref: '/app/name', attributes: { Type: 'String', Value: 'x' } },
  });
});

test.each([
  [{ id: 'Q', type: 'AWS::SQS::Queue', properties: {} }, /does not simulate resources of type AWS::SQS::Queue \(Q\)/],
  [{ id: 'G', type: 'AWS::Logs::LogGroup', properties: {} }, /G \(AWS::Logs::LogGroup\):[^]*LogGroupName/],
  [{ id: 'G', type: 'AWS::Logs::LogGroup', properties: { LogGroupName: 'a', Nope: 1 } }, /Unrecognized key: "Nope"/],
])('%j is refused by name', async (resource, message) => {
  const { status, json } = await ask(account().cloud, '/_simulator/resources', post([resource]));
  expect([status, json.message]).toEqual([400, expect.stringMatching(message)]);
});

test('calls are counted by service and operation', async () => {
  const { cloud, ssm } = account();
  for (let at = 0; at < 2; at++) await errorOf(ssm.send(new GetParameterCommand({ Name: '/a' })));
  expect((await ask(cloud, '/_simulator/calls')).json).toEqual({ 'ssm:GetParameter': 2 });
});

test('the log tells who called what with which answer, and no secret', async () => {
  const entries: LogEntry[] = [];
  const { secrets, ssm } = account({ log: (entry) => entries.push(entry) });
  await secrets.send(
    new CreateSecretCommand({ Name: 'a', SecretString: 'hunter2', ClientRequestToken: '1'.repeat(32) }),
  );
  await errorOf(ssm.send(new GetParameterCommand({ Name: '/a' })));
  expect(entries).toEqual([
    {
      time: '2026-01-01T00:00:00.000Z',
      service: 'secretsmanager',
      operation: 'CreateSecret',
      principal: 'arn:aws:iam::111122223333:root',
      parameters: { Name: 'a', SecretString: '***', ClientRequestToken: '1'.repeat(32) },
      status: 200,
    },
    expect.objectContaining({ operation: 'GetParameter', status: 400, error: 'ParameterNotFound' }),
  ]);
});

describe('the control endpoint is closed', () => {
  test.each([
    ['to a name that points to this machine', { host: 'evil.example:4566' }],
    ['to a page of another origin', { origin: 'https://evil.example' }],
  ])('%s', async (_, headers) => {
    const { status } = await ask(account().cloud, '/_simulator/truth', { headers });
    expect(status).toBe(403);
  });

  test('but open to a client on this machine', async () => {
    const { status, json } = await ask(account().cloud, '/_simulator/truth');
    expect([status, json]).toEqual([200, []]);
  });
});

test('a job may only claim what GitHub claims', async () => {
  const { status, json } = await ask(account().cloud, '/_simulator/github', post({ repository: 'a/b', admin: true }));
  expect([status, json.message]).toEqual([400, expect.stringContaining('admin')]);
});

test('nobody else is answered', async () => {
  expect((await ask(account().cloud, '/')).status).toBe(404);
  expect((await ask(account().cloud, '/_simulator/nope')).status).toBe(404);
});
