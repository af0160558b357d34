import { z } from 'zod';
import type { Cloud, Logs, ResourceProvider } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { readingOperations } from './reading.ts';
import { groupShape, requireGroup } from './shapes.ts';
import { LogStore } from './store.ts';
import { createGroup, retentionShape, writingOperations } from './writing.ts';

/** CloudWatch Logs. */
export function createLogs(cloud: Cloud): ServiceModule<Logs> {
  const store = new LogStore(cloud);
  return {
    services: [
      {
        name: 'logs',
        protocol: 'json-1.1',
        target: 'Logs_20140328',
        validationError: 'InvalidParameterException',
        operations: { ...readingOperations(store, cloud), ...writingOperations(store, cloud) },
      },
    ],
    state: {
      hasGroup: (name) => store.groups.has(name),
      append: (group, stream, line) => store.deliver(group, stream, [{ timestamp: cloud.clock.now(), message: line }]),
    },
    resources: { 'AWS::Logs::LogGroup': groupProvider(store) },
  };
}

const resourceShape = z.strictObject({
  LogGroupName: groupShape,
  RetentionInDays: retentionShape.optional(),
  KmsKeyId: z.string().optional(),
  LogGroupClass: z.literal('STANDARD').optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

function groupProvider(store: LogStore): ResourceProvider {
  return {
    nameProperty: 'LogGroupName',
    fixed: ['LogGroupName'],
    create(properties) {
      const { LogGroupName, RetentionInDays } = resourceShape.parse(properties);
      const group = createGroup(store, LogGroupName);
      group.retentionDays = RetentionInDays;
      return { ref: group.name, attributes: { Arn: `${group.arn}:*` } };
    },
    update({ made, properties }) {
      requireGroup(store, made.ref).retentionDays = resourceShape.parse(properties).RetentionInDays;
      return made;
    },
    remove: ({ ref }) => void store.groups.delete(ref),
  };
}
