import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { eventPage } from './event-page.ts';
import { groupResource, streamResource } from './resource-arns.ts';
import { groupShape, limits, requireGroup, requireStream, streamShape } from './shapes.ts';
import type { LogEvent, LogStore } from './store.ts';

/** Operations that read logs. */
export function readingOperations(store: LogStore, cloud: Cloud): Record<string, Operation> {
  return {
    DescribeLogGroups: describeLogGroups(store),
    DescribeLogStreams: describeLogStreams(store),
    GetLogEvents: getLogEvents(store, cloud),
    FilterLogEvents: filterLogEvents(store),
  };
}

const describeLogGroups = (store: LogStore) =>
  operation({
    input: z.strictObject({
      logGroupNamePrefix: groupShape.optional(),
      nextToken: z.string().optional(),
      limit: z.number().int().min(1).max(limits.describePage).default(limits.describePage),
    }),
    run({ logGroupNamePrefix: prefix = '', nextToken, limit }) {
      const found = [...store.groups.values()]
        .filter(({ name }) => name.startsWith(prefix))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const { items, next } = page(found, limit, nextToken, 'InvalidParameterException');
      const logGroups = items.map((group) => ({
        logGroupName: group.name,
        creationTime: group.created,
        retentionInDays: group.retentionDays,
        metricFilterCount: 0,
        arn: `${group.arn}:*`,
        logGroupArn: group.arn,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
      }));
      return { logGroups, nextToken: next };
    },
  });

const describeLogStreams = (store: LogStore) =>
  operation({
    input: z.strictObject({
      logGroupName: groupShape,
      logStreamNamePrefix: streamShape.optional(),
      orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
      descending: z.boolean().default(false),
      nextToken: z.string().optional(),
      limit: z.number().int().min(1).max(limits.describePage).default(limits.describePage),
    }),
    resources: ({ logGroupName }, { cloud }) => [groupResource(cloud, logGroupName)],
    run({ logGroupName, logStreamNamePrefix: prefix = '', orderBy, descending, nextToken, limit }) {
      const { arn, streams } = requireGroup(store, logGroupName);
      const found = [...streams.values()]
        .filter(({ name }) => name.startsWith(prefix))
        .map((stream) => ({
          logStreamName: stream.name,
          creationTime: stream.created,
          firstEventTimestamp: stream.events[0]?.timestamp,
          lastEventTimestamp: stream.events.at(-1)?.timestamp,
          lastIngestionTime: stream.events.at(-1)?.ingested,
          arn: `${arn}:log-stream:${stream.name}`,
          storedBytes: 0,
        }));
      const sorted = found.sort((one, other) =>
        orderBy === 'LogStreamName'
          ? one.logStreamName < other.logStreamName
            ? -1
            : 1
          : (one.lastEventTimestamp ?? 0) - (other.lastEventTimestamp ?? 0),
      );
      const { items, next } = page(
        descending ? sorted.toReversed() : sorted,
        limit,
        nextToken,
        'InvalidParameterException',
      );
      return { logStreams: items, nextToken: next };
    },
  });

const getLogEvents = (store: LogStore, cloud: Cloud) =>
  operation({
    input: z.strictObject({
      logGroupName: groupShape,
      logStreamName: streamShape,
      startTime: z.number().int().min(0).default(0),
      endTime: z.number().int().min(0).default(Infinity),
      nextToken: z.string().optional(),
      limit: z.number().int().min(1).max(limits.eventsPerPage).default(limits.eventsPerPage),
      startFromHead: z.boolean().default(false),
    }),
    resources: ({ logGroupName, logStreamName }) => [streamResource(cloud, logGroupName, logStreamName)],
    run(input) {
      const stream = requireStream(requireGroup(store, input.logGroupName), input.logStreamName);
      const inTime = stream.events.filter(({ timestamp }) => timestamp >= input.startTime && timestamp < input.endTime);
      const found = eventPage(inTime, { ...input, comesEmpty: cloud.random('empty-log-pages').next() < 0.1 });
      return {
        events: found.events.map(({ timestamp, message, ingested }) => ({
          timestamp,
          message,
          ingestionTime: ingested,
        })),
        nextForwardToken: found.forward,
        nextBackwardToken: found.backward,
      };
    },
  });

const filterLogEvents = (store: LogStore) =>
  operation({
    input: z.strictObject({
      logGroupName: groupShape,
      logStreamNames: z.array(streamShape).min(1).max(100).optional(),
      logStreamNamePrefix: streamShape.optional(),
      startTime: z.number().int().min(0).default(0),
      endTime: z.number().int().min(0).default(Infinity),
      filterPattern: z.string().max(1024).default(''),
      nextToken: z.string().optional(),
      limit: z.number().int().min(1).max(limits.eventsPerPage).default(limits.eventsPerPage),
      interleaved: z.boolean().optional(),
    }),
    resources: ({ logGroupName }, { cloud }) => [groupResource(cloud, logGroupName)],
    run({ logGroupName, logStreamNames, logStreamNamePrefix, startTime, endTime, filterPattern, nextToken, limit }) {
      const wanted = termIn(filterPattern);
      const found = [...requireGroup(store, logGroupName).streams.values()]
        .filter(({ name }) => logStreamNames?.includes(name) ?? name.startsWith(logStreamNamePrefix ?? ''))
        .flatMap(({ name, events }) => events.map((event) => ({ logStreamName: name, event })))
        .filter(
          ({ event }) => event.timestamp >= startTime && event.timestamp <= endTime && event.message.includes(wanted),
        )
        .sort((one, other) => one.event.timestamp - other.event.timestamp);
      const { items, next } = page(found, limit, nextToken, 'InvalidParameterException');
      return {
        events: items.map(({ logStreamName, event }) => ({ logStreamName, ...filtered(event) })),
        searchedLogStreams: [],
        nextToken: next,
      };
    },
  });

function filtered({ timestamp, message, ingested, id }: LogEvent) {
  return { timestamp, message, ingestionTime: ingested, eventId: id };
}

/** One plain or quoted term is understood; the rest of the pattern language is not simulated. */
function termIn(pattern: string): string {
  const quoted = /^"([^"]*)"$/.exec(pattern.trim());
  if (quoted !== null) return quoted[1]!;
  if (/^[\w.:-]*$/.test(pattern.trim())) return pattern.trim();
  throw notSimulated(`the filter pattern ${pattern}`);
}
