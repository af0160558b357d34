import { z } from 'zod';
import { tagConditions, tagging } from '../../authorization.ts';
import type { Cloud } from '../../cloud.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { groupResource, streamResource } from './resource-arns.ts';
import { groupShape, limits, requireGroup, requireStream, streamShape } from './shapes.ts';
import type { LogGroup, LogStore } from './store.ts';

const retentionDays = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

export const newGroupShape = z.strictObject({
  logGroupName: groupShape,
  kmsKeyId: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  logGroupClass: z.literal('STANDARD').optional(),
});

export const retentionShape = z
  .number()
  .refine((days) => retentionDays.has(days), 'not a retention that CloudWatch offers');

/** Operations that change log groups. */
export function writingOperations(store: LogStore, cloud: Cloud): Record<string, Operation> {
  const resources = ({ logGroupName }: { logGroupName: string }) => [groupResource(cloud, logGroupName)];
  const stream = (input: { logGroupName: string; logStreamName: string }) => [
    streamResource(cloud, input.logGroupName, input.logStreamName),
  ];
  return {
    CreateLogGroup: operation({
      input: newGroupShape,
      resources,
      conditions: ({ tags = {} }) => tagConditions(tags),
      dependents: ({ logGroupName, tags = {} }) =>
        tagging('logs:TagResource', groupResource(cloud, logGroupName), tags),
      run: ({ logGroupName }) => void createGroup(store, logGroupName),
    }),
    DeleteLogGroup: operation({
      input: z.strictObject({ logGroupName: groupShape }),
      resources,
      run: ({ logGroupName }) => void store.groups.delete(requireGroup(store, logGroupName).name),
    }),
    PutRetentionPolicy: operation({
      input: z.strictObject({ logGroupName: groupShape, retentionInDays: retentionShape }),
      resources,
      run({ logGroupName, retentionInDays }) {
        requireGroup(store, logGroupName).retentionDays = retentionInDays;
      },
    }),
    CreateLogStream: operation({
      input: z.strictObject({ logGroupName: groupShape, logStreamName: streamShape }),
      resources: stream,
      run({ logGroupName, logStreamName }) {
        const group = requireGroup(store, logGroupName);
        if (group.streams.has(logStreamName)) {
          throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        }
        store.createStream(group, logStreamName);
      },
    }),
    PutLogEvents: putLogEvents(store, stream),
  };
}

/** Throws ResourceAlreadyExistsException. */
export function createGroup(store: LogStore, name: string): LogGroup {
  if (store.groups.has(name)) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  return store.createGroup(name);
}

const eventShape = z.strictObject({ timestamp: z.number().int().min(0), message: z.string().min(1) });

type StreamResource = (input: { logGroupName: string; logStreamName: string }) => string[];

const putLogEvents = (store: LogStore, resources: StreamResource) =>
  operation({
    input: z.strictObject({
      logGroupName: groupShape,
      logStreamName: streamShape,
      logEvents: z.array(eventShape).min(1).max(limits.eventsPerPage),
      sequenceToken: z.string().optional(),
    }),
    resources,
    secretMembers: ['message'],
    run({ logGroupName, logStreamName, logEvents }) {
      requireStream(requireGroup(store, logGroupName), logStreamName);
      const unordered = logEvents.some((event, at) => event.timestamp < (logEvents[at - 1]?.timestamp ?? 0));
      if (unordered) {
        throw new AwsError(
          'InvalidParameterException',
          'Log events in a single PutLogEvents request must be in chronological order.',
        );
      }
      const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
      if (bytes > limits.batchBytes) {
        throw new AwsError(
          'InvalidParameterException',
          `Upload too large: ${bytes} bytes exceeds limit of ${limits.batchBytes}`,
        );
      }
      store.deliver(logGroupName, logStreamName, logEvents);
      return {};
    },
  });
