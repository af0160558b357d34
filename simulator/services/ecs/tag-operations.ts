import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { conditionsOf } from './authorization.ts';
import { invalidParameter } from './errors.ts';
import { findDefinition } from './lookup.ts';
import { request, tags } from './shapes.ts';
import type { Ecs, Tags } from './state.ts';
import { mergeTags } from './task-tags.ts';

const tagLimit = 50;

function findTagged(ecs: Ecs, arn: string): { tags: Tags } {
  const clusters = [...ecs.clusters.values()];
  const services = clusters.flatMap((cluster) => [...cluster.services.values()]);
  const found =
    [...clusters, ...services].find((one) => one.arn === arn) ?? ecs.tasks.get(arn) ?? findDefinition(ecs, arn);
  if (found === undefined) throw invalidParameter('The specified resource was not found.');
  return found;
}

const resourceArn = z.string().startsWith('arn:');

export function tagOperations(ecs: Ecs): Record<string, Operation> {
  return {
    TagResource: operation({
      input: request({ resourceArn, tags }),
      resources: (input) => [input.resourceArn],
      conditions: (input) => conditionsOf(ecs, { tags: input.tags }),
      run(input) {
        const tagged = findTagged(ecs, input.resourceArn);
        const merged = mergeTags(tagged.tags, input.tags);
        if (merged.length > tagLimit) throw invalidParameter(`At most ${tagLimit} tags are allowed.`);
        tagged.tags = merged;
        return {};
      },
    }),
    UntagResource: operation({
      input: request({ resourceArn, tagKeys: z.array(z.string()) }),
      resources: (input) => [input.resourceArn],
      conditions: ({ tagKeys }) => ({ 'aws:TagKeys': tagKeys }),
      run(input) {
        const tagged = findTagged(ecs, input.resourceArn);
        tagged.tags = tagged.tags.filter(({ key }) => !input.tagKeys.includes(key));
        return {};
      },
    }),
    ListTagsForResource: operation({
      input: request({ resourceArn }),
      resources: (input) => [input.resourceArn],
      run: (input) => ({ tags: findTagged(ecs, input.resourceArn).tags }),
    }),
  };
}
