import type { Cloud, ResourceProperties, ResourceProvider, Ssm } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { readingOperations } from './reading.ts';
import { ParameterStore } from './store.ts';
import { taggingOperations } from './tagging.ts';
import { putParameterShape, writeParameter, writingOperations } from './writing.ts';

/** Systems Manager's Parameter Store. */
export function createSsm(cloud: Cloud): ServiceModule<Ssm> {
  const store = new ParameterStore(cloud);
  return {
    services: [
      {
        name: 'ssm',
        protocol: 'json-1.1',
        target: 'AmazonSSM',
        validationError: 'ValidationException',
        operations: { ...readingOperations(store), ...writingOperations(store), ...taggingOperations(store) },
      },
    ],
    state: { settings: store.settings, valueOf: (nameOrArn) => store.find(nameOrArn)?.versions.at(-1)?.value },
    resources: { 'AWS::SSM::Parameter': parameterProvider(store) },
  };
}

/** CloudFormation's `Tags` of a parameter is a map, not a list. */
function parameterProvider(store: ParameterStore): ResourceProvider {
  const write = (properties: ResourceProperties, Overwrite: boolean) => {
    const { Tags = {}, ...rest } = properties as { Tags?: Record<string, string> };
    const tags = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }));
    const input = putParameterShape.parse({ ...rest, Overwrite, ...(Overwrite ? {} : { Tags: tags }) });
    const { type, value } = writeParameter(store, input, 'AWS CloudFormation');
    for (const { Key, Value } of tags) store.find(input.Name)?.tags.set(Key, Value);
    return { ref: input.Name, attributes: { Type: type, Value: value } };
  };
  return {
    nameProperty: 'Name',
    fixed: ['Name'],
    create: (properties) => write(properties, false),
    update: ({ properties }) => write(properties, true),
    remove: ({ ref }) => void store.delete(ref),
  };
}
