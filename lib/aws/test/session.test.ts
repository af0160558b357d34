import { describe, expect, test } from '@jest/globals';
import { DescribeClustersCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ActionError } from '../../core/errors.ts';
import { LostAnswer, isNamed } from '../errors.ts';
import { openAws } from '../session.ts';
import { answers, brokenConnection, fakeTransport, patientClock, refuses, type Answer } from './transport.ts';

const rateExceeded = refuses(400, 'ThrottlingException', 'Rate exceeded');

function session(...script: readonly Answer[]) {
  const transport = fakeTransport(script);
  const clock = patientClock();
  const told: string[] = [];
  const aws = openAws({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    requestHandler: transport.handler,
    clock,
    chance: () => 0.5,
    log: { info: (line) => told.push(line), warn: () => {}, group: (_title, work) => work() },
  });
  const ecs = new ECSClient(aws.configuration);
  return {
    clock,
    told,
    requests: transport.requests,
    describe: () => aws.send(ecs, new DescribeClustersCommand({})),
    update: () => aws.send(ecs, new UpdateServiceCommand({ service: 'web' }), { repeat: 'never' }),
    describeUntil: (signal: AbortSignal) => aws.send(ecs, new DescribeClustersCommand({}), { signal }),
  };
}

describe('a call that is safe to repeat', () => {
  test.each([
    ['a throttle', rateExceeded],
    ["ECR's own throttle", refuses(400, 'ThrottleException', 'Rate exceeded')],
    ['a 503', refuses(503, 'ServiceUnavailableException', '')],
    ['a ServerException with status 400', refuses(400, 'ServerException', '')],
    ['a reset connection', brokenConnection('ECONNRESET')],
    ['an answer that ends early', answers('{"clusters":[')],
  ])('outlives %s', async (_name, trouble) => {
    const { describe: call, requests } = session(trouble, trouble, answers('{"clusters":[{"clusterName":"prod"}]}'));
    const { clusters } = await call();
    expect(clusters?.[0]?.clusterName).toBe('prod');
    expect(requests).toHaveLength(3);
  });

  test('is given up after two minutes, with the reason and what to do', async () => {
    const { describe: call, clock } = session(rateExceeded);
    await expect(call()).rejects.toMatchObject({ code: 'E_REMOTE', message: expect.stringContaining('Rate exceeded') });
    expect(clock.elapsed()).toBeLessThanOrEqual(120_000);
    expect(clock.elapsed()).toBeGreaterThan(60_000);
  });

  test('tells the job once that it waits', async () => {
    const { describe: call, told } = session(...Array.from({ length: 6 }, () => rateExceeded), answers('{}'));
    await call();
    expect(told).toEqual([expect.stringMatching(/^ecs:DescribeClusters: throttled, trying again for up to \d+ s$/)]);
  });

  test('stops with the reason of the signal', async () => {
    const cancelled = new ActionError('E_UNKNOWN', 'The job was cancelled.', { remedy: 'Run it again.' });
    await expect(session(answers('{}')).describeUntil(AbortSignal.abort(cancelled))).rejects.toBe(cancelled);
  });
});

describe('a call that must happen once', () => {
  test('is repeated after a throttle, which had no effect', async () => {
    const { update, requests } = session(rateExceeded, answers('{}'));
    await update();
    expect(requests).toHaveLength(2);
  });

  test.each([
    ['a reset', brokenConnection('ECONNRESET')],
    ['a 500', refuses(500, 'ServerException', '')],
  ])('is not repeated after %s', async (_name, trouble) => {
    const { update, requests } = session(trouble, answers('{}'));
    await expect(update()).rejects.toBeInstanceOf(LostAnswer);
    expect(requests).toHaveLength(1);
  });

  test('is repeated when the connection was refused', async () => {
    const { update, requests } = session(brokenConnection('ECONNREFUSED'), answers('{}'));
    await update();
    expect(requests).toHaveLength(2);
  });
});

test.each(['AccessDeniedException', 'ClusterNotFoundException', 'InvalidParameterException', 'LimitExceededException'])(
  'never repeats %s',
  async (name) => {
    const { describe: call, requests } = session(refuses(400, name, 'No.'));
    const error = await call().catch((reason: unknown) => reason);
    expect(isNamed(error, name)).toBe(true);
    expect(error).toMatchObject({ code: 'E_REMOTE', message: `ecs:DescribeClusters failed: ${name}: No.` });
    expect(requests).toHaveLength(1);
  },
);

test.each([
  ['User: x is not authorized to perform: iam:PassRole on resource: y because …', 'iam:PassRole'],
  ['No.', 'ecs:DescribeClusters'],
])('whom AWS denies %j is told to allow %s', async (message, action) => {
  const { describe: call } = session(refuses(400, 'AccessDeniedException', message));
  const error = await call().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ remedy: `Allow ${action} in the policy of the role that the message names.` });
});
