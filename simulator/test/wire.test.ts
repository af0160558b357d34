import { expect, test } from '@jest/globals';
import { queryParameters } from '../transport/query-parameters.ts';
import { xmlElements } from '../transport/xml.ts';
import { account, ask, errorOf } from './account.ts';
import { GetParameterCommand } from '@aws-sdk/client-ssm';

const target = (name: string, body: unknown) => ({ method: 'POST', headers: { 'x-amz-target': name }, body });

test('an operation that nobody has is unknown', async () => {
  const { status, json } = await ask(account().cloud, '/', target('AmazonSSM.Explode', {}));
  expect([status, json.__type]).toEqual([400, 'UnknownOperationException']);
});

test('a service that nobody has is unknown', async () => {
  const { json } = await ask(account().cloud, '/', target('Nope_2020.List', {}));
  expect(json.__type).toBe('UnknownOperationException');
});

test('a parameter that the operation does not know is refused by name', async () => {
  const { ssm } = account();
  const command = new GetParameterCommand({ Name: '/a' });
  command.middlewareStack.add(
    (next) => (step: any) => {
      const body = Buffer.from(JSON.stringify({ Name: '/a', Colour: 'red' }));
      return next({
        ...step,
        request: Object.assign(step.request, {
          body,
          headers: { ...step.request.headers, 'content-length': String(body.length) },
        }),
      });
    },
    { step: 'build', priority: 'low' },
  );
  const error = await errorOf(ssm.send(command));
  expect([error.name, error.message]).toEqual([
    'ValidationException',
    '1 validation error detected: Unrecognized key: "Colour"',
  ]);
});

test('a query form becomes lists and structures', () => {
  const form = new URLSearchParams(
    'Action=A&Version=1&Tags.member.2.Key=b&Tags.member.1.Key=a&Names.member.1=x&Plain=y',
  );
  expect(queryParameters(form)).toEqual({ Tags: [{ Key: 'a' }, { Key: 'b' }], Names: ['x'], Plain: 'y' });
});

test('a query form cannot reach the prototype of objects', () => {
  queryParameters(new URLSearchParams('__proto__.polluted=yes&constructor.prototype.polluted=yes'));
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('text in XML is escaped and times are written in full', () => {
  const value = { A: '<&">', When: new Date(0), List: ['x', { B: 1 }], Nothing: undefined };
  expect(xmlElements(value)).toBe(
    '<A>&lt;&amp;&quot;&gt;</A><When>1970-01-01T00:00:00.000Z</When><List><member>x</member><member><B>1</B></member></List>',
  );
});
