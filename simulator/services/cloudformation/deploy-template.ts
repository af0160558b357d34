import { requireUpdatable } from './operations/stacks.ts';
import type { StackBook } from './stack/book.ts';
import { changesOf, isUnchanged } from './stack/changes.ts';
import { isBusy } from './stack/state.ts';
import type { Stack, StackResource as Placed } from './stack/state.ts';
import { begin } from './stack/begin.ts';
import { targetOf } from './stack/target.ts';
import { readTemplate } from './template/read.ts';

/** For whoever runs the simulator: stacks without requests. */
export type CloudFormation = {
  /** Makes the stack, or updates it, and answers when that has ended, whatever the end is. Throws AwsError for a template that is refused. */
  deploy(wish: StackWish): Promise<StackTruth>;
  stacks(): readonly StackTruth[];
};

export type StackWish = {
  readonly name: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>>;
};

export type StackTruth = {
  readonly name: string;
  readonly status: string;
  /** Why it failed: the stack's own reason, and those of its resources in the last operation. */
  readonly reasons: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResourceTruth[];
  /** Resources that only look as if they were there. */
  readonly notSimulated: readonly { readonly logicalId: string; readonly type: string }[];
};

/** `attributes` are those of Fn::GetAtt, and what a driver of tasks has put behind the resource. */
export type StackResourceTruth = Pick<Placed, 'logicalId' | 'type'> & Placed['made'];

export function deployTemplate(book: StackBook): CloudFormation {
  return {
    async deploy({ name, template, parameters = {} }) {
      const given = Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }]));
      const existing = book.find(name);
      const stack = existing ?? book.create(name);
      if (isBusy(stack)) await stack.idle;
      if (existing !== undefined) requireUpdatable(stack);
      const target = targetOf(book, stack, {
        template: readTemplate(template),
        given,
        tags: [],
        capabilities: ['CAPABILITY_NAMED_IAM'],
        roleArn: undefined,
        onFailure: 'ROLLBACK',
      });
      if (!isUnchanged(stack, target, changesOf(book, stack, target))) await begin(book, stack, target);
      return truthOf(stack);
    },
    stacks: () => book.all().map(truthOf),
  };
}

function truthOf(stack: Stack): StackTruth {
  const begun = stack.events.findLastIndex(
    ({ physicalId, status }) => physicalId === stack.id && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(status),
  );
  const failures = stack.events.slice(Math.max(0, begun)).filter(({ status }) => status.endsWith('_FAILED'));
  return {
    name: stack.name,
    status: stack.status,
    reasons: [
      ...(stack.statusReason === undefined ? [] : [stack.statusReason]),
      ...failures.map(({ logicalId, reason }) => `${logicalId}: ${reason ?? 'failed'}`),
    ],
    outputs: Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value])),
    resources: [...stack.resources.values()].map(({ logicalId, type, made }) => ({ logicalId, type, ...made })),
    notSimulated: [...stack.resources.values()]
      .filter(({ isSimulated }) => !isSimulated)
      .map(({ logicalId, type }) => ({ logicalId, type })),
  };
}
