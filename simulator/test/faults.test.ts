import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { simulateAws } from '../aws.ts';
import { virtualClock } from '../clock.ts';
import { createFaults, readFaultRules } from '../faults.ts';
import { seededRandom } from '../random.ts';
import { account, ask, errorOf, root } from './account.ts';

const put = (Value = 'x') => new PutParameterCommand({ Name: '/a', Value, Type: 'String', Overwrite: true });

/** Which of ten calls a rule strikes. */
function struck(rule: object, seed = 1): number[] {
  const faults = createFaults(
    readFaultRules([{ kind: 'throttle', ...rule }]),
    virtualClock(),
    seededRandom(seed, 'faults'),
  );
  return Array.from({ length: 10 }, (_, at) => at + 1).filter(() => faults.next('ecs:DescribeServices') !== undefined);
}

test.each([
  ['all calls', { operation: 'ecs:DescribeServices' }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['the third', { operation: 'ecs:*', nth: 3 }, [3]],
  ['a stretch', { operation: '*:DescribeServices', from: 2, to: 4 }, [2, 3, 4]],
  ['every fourth', { operation: '*:*', every: 4 }, [4, 8]],
  ['calls of another operation never', { operation: 'ecs:UpdateService' }, []],
  ['calls of another service never', { operation: 'ssm:*' }, []],
])('a rule strikes %s', (_, rule, expected) => {
  expect(struck(rule)).toEqual(expected);
});

test('chance follows the seed', () => {
  const rule = { operation: 'ecs:*', probability: 0.5 };
  expect(struck(rule, 7)).toEqual(struck(rule, 7));
  expect(struck(rule, 7)).not.toEqual(struck(rule, 8));
});

test('a rule has its time', async () => {
  const clock = virtualClock();
  const rules = readFaultRules([{ operation: 'ecs:*', kind: 'throttle', after: 10, until: 20 }]);
  const faults = createFaults(rules, clock, seededRandom(1, 'faults'));
  const seen = [];
  for (let at = 0; at < 3; at++) {
    seen.push(faults.next('ecs:UpdateService')?.kind);
    await clock.advance(11_000);
  }
  expect(seen).toEqual([undefined, 'throttle', undefined]);
});

const sees = async (fault: object) => {
  const { ssm, cloud } = account();
  cloud.setFaults(readFaultRules([{ operation: 'ssm:PutParameter', nth: 1, ...fault }]));
  const error = await errorOf(ssm.send(put()));
  const { Version } = await ssm.send(put());
  return { error: error.name, status: error.$metadata?.httpStatusCode, carriedOut: Version === 2 };
};

describe('a client sees', () => {
  test.each([
    [{ kind: 'throttle' }, { error: 'ThrottlingException', status: 400, carriedOut: false }],
    [
      { kind: 'error', code: 'TooManyUpdates' },
      { error: 'TooManyUpdates', status: 400, carriedOut: false },
    ],
    [{ kind: 'server-error' }, { error: 'InternalServerError', status: 500, carriedOut: false }],
    [{ kind: 'server-error-after' }, { error: 'InternalServerError', status: 500, carriedOut: true }],
    [{ kind: 'expired-token' }, { error: 'ExpiredTokenException', status: 400, carriedOut: false }],
    [{ kind: 'reset' }, { error: 'Error', status: undefined, carriedOut: false }],
    [{ kind: 'reset-after' }, { error: 'Error', status: undefined, carriedOut: true }],
    [{ kind: 'truncate' }, { error: 'SyntaxError', status: 200, carriedOut: true }],
  ])('%j', async (fault, expected) => {
    expect(await sees(fault)).toEqual(expected);
  });

  test('a delay, then the answer', async () => {
    const { ssm, cloud } = account();
    cloud.setFaults(readFaultRules([{ operation: 'ssm:*', kind: 'delay', ms: 5000 }]));
    const startedAt = cloud.clock.now();
    expect(await ssm.send(put())).toMatchObject({ Version: 1 });
    expect(cloud.clock.now() - startedAt).toBe(5000);
  });

  test('a hang, until it gives up', async () => {
    const { ssm, cloud } = account();
    cloud.setFaults(readFaultRules([{ operation: 'ssm:*', kind: 'hang' }]));
    const startedAt = cloud.clock.now();
    expect((await errorOf(ssm.send(put()))).name).toBe('TimeoutError');
    expect(cloud.clock.now() - startedAt).toBe(30_000);
  });
});

describe('over a socket', () => {
  const cloud = simulateAws();
  let ssm: ReturnType<typeof account>['ssm'];
  beforeAll(async () => {
    const { url } = await cloud.listen({ port: 0 });
    ssm = account().clientsOf(root, { endpoint: url, requestHandler: {}, maxAttempts: 2 }).ssm;
  });
  afterAll(() => cloud.close());

  test('a reset breaks the connection, and a retry of the SDK writes a second time', async () => {
    cloud.setFaults(readFaultRules([{ operation: 'ssm:PutParameter', nth: 1, kind: 'reset-after' }]));
    expect((await ssm.send(put())).Version).toBe(2);
  });

  test('a truncated answer is an error of the connection', async () => {
    cloud.setFaults(readFaultRules([{ operation: 'ssm:PutParameter', kind: 'truncate' }]));
    expect((await errorOf(ssm.send(put()))).message).toMatch(/aborted|terminated|ECONNRESET/);
  });
});

test('rules that are not valid are refused with every mistake', async () => {
  const { status, json } = await ask(account().cloud, '/_simulator/faults', {
    method: 'POST',
    body: [
      { operation: 'DescribeServices', kind: 'throttle' },
      { operation: 'ecs:*', kind: 'explode' },
      { operation: 'ecs:*', kind: 'error' },
    ],
  });
  expect(status).toBe(400);
  expect(json.message).toMatch(/must look like ecs:DescribeServices[^]*Invalid option[^]*error needs a code/);
});
