import { describe, expect, test } from '@jest/globals';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { VirtualClock } from '../clock.ts';
import { account, errorOf } from './account.ts';

const group = '/smartboard/prod';
const stream = 'migrate/migrate/0123456789abcdef';

async function logGroup({ seed = 1 } = {}) {
  const { logs, cloud } = account({ seed });
  // Pages are read at once, more of them than a second allows.
  cloud.rates.logs = false;
  await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
  const clock = cloud.clock as VirtualClock;
  const write = async (...lines: string[]) => {
    for (const line of lines) cloud.logs.append(group, stream, line);
    await clock.advance(5000);
  };
  const read = (extra = {}) =>
    logs.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, startFromHead: true, ...extra }));
  return { logs, cloud, clock, write, read };
}

/** Reads forward as CloudWatch wants it: until the token that comes back is the one that was sent. */
async function readAll(read: (wanted: any) => ReturnType<Awaited<ReturnType<typeof logGroup>>['read']>, limit: number) {
  const messages: string[] = [];
  let emptyPages = 0;
  let nextToken: string | undefined;
  for (;;) {
    const { events, nextForwardToken } = await read({ limit, nextToken });
    if (nextForwardToken === nextToken) return { messages, emptyPages, nextToken };
    if (events!.length === 0) emptyPages++;
    messages.push(...events!.map(({ message }) => message!));
    nextToken = nextForwardToken;
  }
}

test('a line is readable only after a moment, and its stream with it', async () => {
  const { cloud, clock, read } = await logGroup();
  cloud.logs.append(group, stream, 'hello');
  expect((await errorOf(read())).message).toBe('The specified log stream does not exist.');
  await clock.advance(2000);
  expect((await readAll(read, 10)).messages).toEqual(['hello']);
});

describe('reading forward to the end', () => {
  test.each([1, 2, 3, 4, 5])('brings every line once and in order (seed %i)', async (seed) => {
    const { write, read } = await logGroup({ seed });
    const lines = Array.from({ length: 25 }, (_, at) => `line ${at}`);
    await write(...lines);
    expect((await readAll(read, 2)).messages).toEqual(lines);
  });

  test('meets empty pages although more follows', async () => {
    const { write, read } = await logGroup();
    await write(...Array.from({ length: 40 }, (_, at) => `line ${at}`));
    expect((await readAll(read, 1)).emptyPages).toBeGreaterThan(0);
  });

  test('goes on from the end when more was written', async () => {
    const { write, read } = await logGroup();
    await write('one');
    const { nextToken } = await readAll(read, 10);
    await write('two');
    const { messages } = await readAll(
      (wanted: { nextToken?: string }) => read({ ...wanted, nextToken: wanted.nextToken ?? nextToken }),
      10,
    );
    expect(messages).toEqual(['two']);
  });
});

test('without startFromHead the newest lines come first', async () => {
  const { write, read } = await logGroup({ seed: 3 });
  await write('one', 'two', 'three');
  const { events, nextBackwardToken } = await read({ startFromHead: false, limit: 2 });
  expect(events!.map(({ message }) => message)).toEqual(['two', 'three']);
  const { events: before } = await read({ startFromHead: false, nextToken: nextBackwardToken });
  expect(before!.map(({ message }) => message)).toEqual(['one']);
});

test('a token that CloudWatch did not give is refused', async () => {
  const { write, read } = await logGroup();
  await write('one');
  expect((await errorOf(read({ nextToken: 'f/1' }))).name).toBe('InvalidParameterException');
});

test('a group can be searched for a word, across streams', async () => {
  const { logs, cloud, clock, write } = await logGroup();
  cloud.logs.append(group, 'web/web/1', 'ERROR in web');
  await write('fine', 'ERROR in migration');
  await clock.advance(5000);
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: group, filterPattern: 'ERROR' }));
  expect(new Set(events!.map(({ message }) => message))).toEqual(new Set(['ERROR in migration', 'ERROR in web']));
  const pattern = new FilterLogEventsCommand({ logGroupName: group, filterPattern: '{ $.level = "error" }' });
  expect((await errorOf(logs.send(pattern))).name).toBe('NotSimulatedException');
});

test('groups and streams are listed', async () => {
  const { logs, write } = await logGroup();
  await write('one');
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/smartboard' }));
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: group }));
  expect([logGroups![0]!.arn, logStreams![0]!.logStreamName]).toEqual([
    'arn:aws:logs:eu-west-1:111122223333:log-group:/smartboard/prod:*',
    stream,
  ]);
});

test('a client writes into a stream that it made first', async () => {
  const { logs, cloud, clock, read } = await logGroup();
  const where = { logGroupName: group, logStreamName: stream };
  const events = { ...where, logEvents: [{ timestamp: cloud.clock.now(), message: 'hi' }] };
  expect((await errorOf(logs.send(new PutLogEventsCommand(events)))).name).toBe('ResourceNotFoundException');
  await logs.send(new CreateLogStreamCommand(where));
  await logs.send(new PutLogEventsCommand(events));
  await clock.advance(2000);
  expect((await readAll(read, 10)).messages).toEqual(['hi']);
});

test('a group that is not there is an error', async () => {
  const { logs } = account();
  const error = await errorOf(logs.send(new GetLogEventsCommand({ logGroupName: 'x', logStreamName: 'y' })));
  expect(error).toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log group does not exist.',
  });
});
