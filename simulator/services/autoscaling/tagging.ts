import { z } from 'zod';
import { tagConditions } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import type { Autoscaling, ScalableTarget } from './state.ts';

const tagLimit = 50;
const arnShape = z.string().startsWith('arn:');

const resources = ({ ResourceARN }: { ResourceARN: string }) => [ResourceARN];

/** Scalable targets carry tags; policies do not. */
export function taggingOperations(state: Autoscaling): Record<string, Operation> {
  const tagged = (arn: string): ScalableTarget => {
    const target = [...state.targets.values()].find((one) => one.arn === arn);
    if (target === undefined)
      throw new AwsError('ResourceNotFoundException', 'The tagged resource does not exist.', {
        members: { ResourceName: arn },
      });
    return target;
  };
  return {
    TagResource: operation({
      input: z.strictObject({ ResourceARN: arnShape, Tags: z.record(z.string(), z.string()) }),
      resources,
      conditions: ({ Tags }) => tagConditions(Tags),
      run({ ResourceARN, Tags }) {
        const target = tagged(ResourceARN);
        const merged = { ...target.tags, ...Tags };
        if (Object.keys(merged).length > tagLimit)
          throw new AwsError('TooManyTagsException', `At most ${tagLimit} tags are allowed.`);
        target.tags = merged;
        return {};
      },
    }),
    UntagResource: operation({
      input: z.strictObject({ ResourceARN: arnShape, TagKeys: z.array(z.string()) }),
      resources,
      conditions: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
      run({ ResourceARN, TagKeys }) {
        const target = tagged(ResourceARN);
        target.tags = Object.fromEntries(Object.entries(target.tags).filter(([key]) => !TagKeys.includes(key)));
        return {};
      },
    }),
    ListTagsForResource: operation({
      input: z.strictObject({ ResourceARN: arnShape }),
      resources,
      run: ({ ResourceARN }) => ({ Tags: tagged(ResourceARN).tags }),
    }),
  };
}
