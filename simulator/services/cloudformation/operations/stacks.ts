import { z } from 'zod';
import { AwsError, operation } from '../../../operation.ts';
import type { Operation } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import { begin } from '../stack/begin.ts';
import type { StackBook } from '../stack/book.ts';
import { changesOf, isUnchanged } from '../stack/changes.ts';
import { deleteStack } from '../stack/remove.ts';
import { isBusy } from '../stack/state.ts';
import type { Stack } from '../stack/state.ts';
import { targetOf } from '../stack/target.ts';
import { deployment, deploymentConfig, flag, list, newStackName, stackName, token, wishIn } from './shapes.ts';
import { templateIn } from './template-source.ts';
import type { TemplateStore } from './template-source.ts';

/** Operations that make, change and delete stacks at once, without a change set. */
export function stackOperations(book: StackBook, templates: TemplateStore): Record<string, Operation> {
  return {
    CreateStack: createStack(book, templates),
    UpdateStack: updateStack(book, templates),
    DeleteStack: removeStack(book),
    UpdateTerminationProtection: operation({
      input: z.strictObject({ StackName: stackName, EnableTerminationProtection: flag }),
      resources: resourcesOf(book),
      run({ StackName, EnableTerminationProtection }) {
        const stack = book.require(StackName);
        stack.terminationProtection = EnableTerminationProtection === 'true';
        return { StackId: stack.id };
      },
    }),
  };
}

const createStack = (book: StackBook, templates: TemplateStore) =>
  operation({
    input: z.strictObject({
      ...deployment,
      StackName: newStackName,
      OnFailure: z.enum(['ROLLBACK', 'DELETE', 'DO_NOTHING']).optional(),
      DisableRollback: flag.optional(),
      EnableTerminationProtection: flag.default('false'),
      TimeoutInMinutes: z.string().optional(),
    }),
    resources: resourcesOf(book),
    run(input) {
      if (book.find(input.StackName) !== undefined)
        throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
      const onFailure = input.OnFailure ?? (input.DisableRollback === 'true' ? 'DO_NOTHING' : 'ROLLBACK');
      const template = templateIn(input, templates);
      const named = { name: input.StackName, id: '', deployed: undefined };
      // Nothing is there before the template is known to be good.
      targetOf(book, named, { template, onFailure, ...wishIn(input) });
      const stack = book.create(input.StackName);
      stack.terminationProtection = input.EnableTerminationProtection === 'true';
      void begin(book, stack, targetOf(book, stack, { template, onFailure, ...wishIn(input) }));
      return { StackId: stack.id };
    },
  });

const updateStack = (book: StackBook, templates: TemplateStore) =>
  operation({
    input: z.strictObject({
      ...deployment,
      StackName: stackName,
      UsePreviousTemplate: flag.optional(),
      DisableRollback: flag.optional(),
    }),
    resources: resourcesOf(book),
    run(input) {
      const stack = book.require(input.StackName);
      requireUpdatable(stack);
      const template = templateIn(input, templates, stack);
      const onFailure = input.DisableRollback === 'true' ? 'DO_NOTHING' : 'ROLLBACK';
      const target = targetOf(book, stack, { template, onFailure, ...wishIn(input) });
      if (isUnchanged(stack, target, changesOf(book, stack, target))) throw invalid('No updates are to be performed.');
      void begin(book, stack, target);
      return { StackId: stack.id };
    },
  });

const removeStack = (book: StackBook) =>
  operation({
    input: z.strictObject({
      StackName: stackName,
      RetainResources: list(z.string()),
      RoleARN: z.string().optional(),
      ClientRequestToken: token,
      DeploymentConfig: deploymentConfig,
    }),
    resources: resourcesOf(book),
    run({ StackName, RetainResources }) {
      const stack = book.find(StackName);
      // A stack that is not there is as good as deleted.
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
      if (stack.terminationProtection)
        throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
      if (RetainResources.length > 0 && stack.status !== 'DELETE_FAILED')
        throw invalid(
          `Invalid operation on stack [${stack.name}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
      stack.idle = stack.idle.then(() => deleteStack(book, stack, new Set(RetainResources)));
    },
  });

/** Throws ValidationError for a stack that is being worked on, or that only can be deleted. */
export function requireUpdatable(stack: Stack): void {
  const isOver = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED'];
  if (isBusy(stack) || isOver.includes(stack.status))
    throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

/** ARN of the stack, for the authorisation check; one that is not there yet has no id to show. */
export function resourcesOf(book: StackBook) {
  return ({ StackName }: { StackName?: string | undefined }) => {
    if (StackName === undefined) return ['*'];
    const { region, account } = book.cloud;
    return [book.find(StackName)?.id ?? `arn:aws:cloudformation:${region}:${account}:stack/${StackName}/*`];
  };
}
