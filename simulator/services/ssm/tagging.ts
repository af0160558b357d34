import { z } from 'zod';
import { tagConditions, tagsByKey } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { tagListShape } from './shapes.ts';
import type { Parameter, ParameterStore } from './store.ts';

const resourceShape = { ResourceType: z.literal('Parameter'), ResourceId: z.string().min(1) };

/** Tags of parameters. */
export function taggingOperations(store: ParameterStore): Record<string, Operation> {
  const resources = ({ ResourceId }: { ResourceId: string }) => [store.arnOf(ResourceId)];
  return {
    AddTagsToResource: operation({
      input: z.strictObject({ ...resourceShape, Tags: tagListShape }),
      resources,
      conditions: ({ Tags }) => tagConditions(tagsByKey(Tags)),
      run({ ResourceId, Tags }) {
        const { tags } = known(store, ResourceId);
        for (const { Key, Value } of Tags) tags.set(Key, Value);
      },
    }),
    RemoveTagsFromResource: operation({
      input: z.strictObject({ ...resourceShape, TagKeys: z.array(z.string()) }),
      resources,
      conditions: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
      run({ ResourceId, TagKeys }) {
        const { tags } = known(store, ResourceId);
        for (const key of TagKeys) tags.delete(key);
      },
    }),
    ListTagsForResource: operation({
      input: z.strictObject(resourceShape),
      resources,
      run: ({ ResourceId }) => ({
        TagList: [...known(store, ResourceId).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
    }),
  };
}

function known(store: ParameterStore, name: string): Parameter {
  const parameter = store.find(name);
  if (parameter === undefined) {
    throw new AwsError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    );
  }
  return parameter;
}
