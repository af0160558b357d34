import type {
  CloudWatchLogsClient,
  GetLogEventsCommandInput,
  GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { isNamed } from './errors.ts';
import type { Aws, SendOptions } from './session.ts';

/** A stream of CloudWatch Logs, read from its beginning. */
export type LogStream = {
  /** Lines that arrived since the last call; empty when there is nothing new, also while the stream is not there yet. */
  readMore(): Promise<readonly string[]>;
};

const clients = new WeakMap<Aws['configuration'], CloudWatchLogsClient>();

export /** The session's client, and the SDK's commands for it: loaded on first use, since many a run needs no log. */
async function cloudWatchLogs(aws: Aws) {
  const sdk = await import('@aws-sdk/client-cloudwatch-logs');
  const client = clients.get(aws.configuration) ?? new sdk.CloudWatchLogsClient(aws.configuration);
  clients.set(aws.configuration, client);
  return { client, sdk };
}

async function getLogEvents(
  aws: Aws,
  input: GetLogEventsCommandInput,
  options?: SendOptions,
): Promise<GetLogEventsCommandOutput> {
  const { client, sdk } = await cloudWatchLogs(aws);
  return aws.send(client, new sdk.GetLogEventsCommand(input), options);
}

/** Of a megabyte each: who writes faster than one reads does not keep the reader from anything else. */
const mostPages = 20;

/**
 * Reads a stream page by page. Pages may be empty in the middle; the end for now is a token that repeats.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export function openLogStream(aws: Aws, { group, stream }: { group: string; stream: string }): LogStream {
  let token: string | undefined;
  return {
    async readMore() {
      const lines: string[] = [];
      for (let pages = 1; ; pages++) {
        const page = await readPage(aws, { group, stream, token });
        lines.push(...page.lines);
        if (page.next === undefined || page.next === token) return lines;
        token = page.next;
        if (pages === mostPages) return lines;
      }
    },
  };
}

/** The newest `count` lines of a stream, oldest first. */
export async function readLastLines(
  aws: Aws,
  { group, stream, count }: { group: string; stream: string; count: number },
  options?: SendOptions,
): Promise<readonly string[]> {
  try {
    const answer = await getLogEvents(
      aws,
      { logGroupName: group, logStreamName: stream, limit: count, startFromHead: false },
      options,
    );
    return (answer.events ?? []).map((event) => event.message ?? '');
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return [];
    throw error;
  }
}

type Page = { readonly lines: readonly string[]; readonly next: string | undefined };

async function readPage(
  aws: Aws,
  { group, stream, token }: { group: string; stream: string; token: string | undefined },
): Promise<Page> {
  try {
    const answer = await getLogEvents(aws, {
      logGroupName: group,
      logStreamName: stream,
      startFromHead: true,
      nextToken: token,
    });
    return { lines: (answer.events ?? []).map((event) => event.message ?? ''), next: answer.nextForwardToken };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return { lines: [], next: token };
    throw error;
  }
}
