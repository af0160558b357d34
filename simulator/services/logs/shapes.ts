import { z } from 'zod';
import { AwsError } from '../../operation.ts';
import type { LogGroup, LogStore, LogStream } from './store.ts';

export const limits = { describePage: 50, eventsPerPage: 10_000, bytesPerPage: 1_048_576, batchBytes: 1_048_576 };

export const groupShape = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[.\-_/#A-Za-z0-9]+$/, 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+');

export const streamShape = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[^:*]*$/, 'Member must satisfy regular expression pattern: [^:*]*');

export function requireGroup(store: LogStore, name: string): LogGroup {
  const group = store.groups.get(name);
  if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function requireStream(group: LogGroup, name: string): LogStream {
  const stream = group.streams.get(name);
  if (stream === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
  return stream;
}
