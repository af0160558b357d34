import { z } from 'zod';
import { AwsError, notSimulated, operation } from '../../../operation.ts';
import type { Operation } from '../../../operation.ts';
import { page } from '../../page.ts';
import { invalid } from '../errors.ts';
import { begin } from '../stack/begin.ts';
import type { StackBook } from '../stack/book.ts';
import { changesOf, isUnchanged } from '../stack/changes.ts';
import { isBusy } from '../stack/state.ts';
import type { ChangeSet, Stack } from '../stack/state.ts';
import { targetOf } from '../stack/target.ts';
import { describeChange, executionStatus, summarizeChangeSet } from './change-set-answer.ts';
import { changeSetName, deployment, flag, list, stackName, token, wishIn } from './shapes.ts';
import { requireUpdatable, resourcesOf } from './stacks.ts';
import { templateIn } from './template-source.ts';
import type { TemplateStore } from './template-source.ts';

/** Operations that first say what would change, as the CDK's CLI does it. */
export function changeSetOperations(book: StackBook, templates: TemplateStore): Record<string, Operation> {
  const resources = resourcesOf(book);
  return {
    CreateChangeSet: createChangeSet(book, templates),
    DescribeChangeSet: describeChangeSet(book),
    ExecuteChangeSet: executeChangeSet(book),
    DeleteChangeSet: operation({
      input: z.strictObject({ StackName: stackName.optional(), ChangeSetName: changeSetName }),
      resources,
      run({ StackName, ChangeSetName }) {
        const found = find(book, StackName, ChangeSetName);
        found?.stack.changeSets.delete(found.changeSet.name);
      },
    }),
    ListChangeSets: operation({
      input: z.strictObject({ StackName: stackName, NextToken: z.string().optional() }),
      resources,
      run({ StackName, NextToken }) {
        const stack = book.require(StackName);
        const { items, next } = page([...stack.changeSets.values()], 100, NextToken, 'ValidationError');
        return { Summaries: items.map((one) => summarizeChangeSet(stack, one)), NextToken: next };
      },
    }),
  };
}

const createChangeSet = (book: StackBook, templates: TemplateStore) =>
  operation({
    input: z.strictObject({
      ...deployment,
      StackName: stackName,
      ChangeSetName: z.string().regex(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/, 'Member must satisfy [a-zA-Z][-a-zA-Z0-9]*'),
      ChangeSetType: z.enum(['CREATE', 'UPDATE', 'IMPORT']).default('UPDATE'),
      Description: z.string().max(1024).optional(),
      ClientToken: token,
      UsePreviousTemplate: flag.optional(),
      IncludeNestedStacks: flag.optional(),
      // Nothing is imported: a resource that exists fails the stack, as without this wish.
      ImportExistingResources: flag.optional(),
      ResourcesToImport: list(z.unknown()),
      OnStackFailure: z.enum(['ROLLBACK', 'DELETE', 'DO_NOTHING']).default('ROLLBACK'),
      DeploymentMode: z.string().optional(),
    }),
    resources: resourcesOf(book),
    run(input) {
      if (input.ChangeSetType === 'IMPORT' || input.ResourcesToImport.length > 0)
        throw notSimulated('imports of resources');
      if (input.DeploymentMode !== undefined) throw notSimulated(`the deployment mode ${input.DeploymentMode}`);
      const kind = input.ChangeSetType;
      const existing = book.find(input.StackName);
      checkKind(kind, existing, input.StackName);
      const template = templateIn(input, templates, existing);
      const wish = { template, onFailure: input.OnStackFailure, ...wishIn(input) };
      targetOf(book, existing ?? { name: input.StackName, id: '', deployed: undefined }, wish);
      const stack = existing ?? book.create(input.StackName);
      if (existing === undefined) book.enter(stack, 'REVIEW_IN_PROGRESS', 'User Initiated');
      if (stack.changeSets.has(input.ChangeSetName))
        throw new AwsError(
          'AlreadyExistsException',
          `ChangeSet ${input.ChangeSetName} cannot be created due to a mismatch with existing attribute ChangeSetName`,
        );
      const target = targetOf(book, stack, wish);
      const changes = changesOf(book, stack, target);
      const changeSet: ChangeSet = {
        id: book.arnOf('changeSet', input.ChangeSetName),
        name: input.ChangeSetName,
        description: input.Description,
        created: book.now(),
        kind,
        target,
        changes,
        isEmpty: isUnchanged(stack, target, changes),
        state: 'available',
      };
      stack.changeSets.set(changeSet.name, changeSet);
      return { Id: changeSet.id, StackId: stack.id };
    },
  });

function checkKind(kind: 'CREATE' | 'UPDATE', stack: Stack | undefined, name: string): void {
  if (kind === 'UPDATE' && stack === undefined) throw invalid(`Stack [${name}] does not exist`);
  if (kind === 'UPDATE' && stack !== undefined) requireUpdatable(stack);
  if (kind === 'CREATE' && stack !== undefined && stack.status !== 'REVIEW_IN_PROGRESS')
    throw invalid(`Stack [${name}] already exists and cannot be created again with the changeSet`);
}

const describeChangeSet = (book: StackBook) =>
  operation({
    input: z.strictObject({
      StackName: stackName.optional(),
      ChangeSetName: changeSetName,
      NextToken: z.string().optional(),
      IncludePropertyValues: flag.optional(),
    }),
    resources: resourcesOf(book),
    run({ StackName, ChangeSetName, NextToken }) {
      const { stack, changeSet } = requireChangeSet(book, StackName, ChangeSetName);
      const { target, changes } = changeSet;
      const { items, next } = page(changes, 100, NextToken, 'ValidationError');
      return {
        ...summarizeChangeSet(stack, changeSet),
        Changes: items.map(describeChange),
        NextToken: next,
        Capabilities: target.capabilities,
        Tags: target.tags,
        Parameters: Object.entries(target.parameters).map(([ParameterKey, { said }]) => ({
          ParameterKey,
          ParameterValue: said,
        })),
        OnStackFailure: target.onFailure,
      };
    },
  });

const executeChangeSet = (book: StackBook) =>
  operation({
    input: z.strictObject({
      StackName: stackName.optional(),
      ChangeSetName: changeSetName,
      ClientRequestToken: token,
      DisableRollback: flag.default('false'),
      RetainExceptOnCreate: flag.optional(),
    }),
    resources: resourcesOf(book),
    run({ StackName, ChangeSetName, DisableRollback }) {
      const { stack, changeSet } = requireChangeSet(book, StackName, ChangeSetName);
      if (changeSet.isEmpty || changeSet.state !== 'available' || isBusy(stack)) {
        const status = changeSet.isEmpty ? 'FAILED' : executionStatus(changeSet);
        const message = `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${status}]`;
        throw new AwsError('InvalidChangeSetStatus', message);
      }
      changeSet.state = 'executed';
      const { target } = changeSet;
      void begin(book, stack, DisableRollback === 'true' ? { ...target, onFailure: 'DO_NOTHING' } : target);
    },
  });

type Found = { readonly stack: Stack; readonly changeSet: ChangeSet };

function find(book: StackBook, stackNameOrId: string | undefined, nameOrId: string): Found | undefined {
  const stacks = stackNameOrId === undefined ? book.all() : [book.find(stackNameOrId)];
  for (const stack of stacks) {
    const found = [...(stack?.changeSets.values() ?? [])].find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (stack !== undefined && found !== undefined) return { stack, changeSet: found };
  }
  return undefined;
}

function requireChangeSet(book: StackBook, stackNameOrId: string | undefined, nameOrId: string): Found {
  const found = find(book, stackNameOrId, nameOrId);
  if (found !== undefined) return found;
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${nameOrId}] does not exist`, { status: 404 });
}
