import { ZodError, z } from 'zod';
import type { ResourceProperties } from '../../../cloud.ts';
import { invalid } from '../errors.ts';
import { evaluate } from '../template/evaluate.ts';
import type { Scope } from '../template/evaluate.ts';
import type { StackBook } from './book.ts';
import { changedProperties, mustReplace } from './changes.ts';
import { outputsOf } from './outputs.ts';
import { changeResource, givenProperties, isSimulated, makePlaced, providerOf } from './provider.ts';
import { removeResources } from './remove.ts';
import { rollBackCreation, rollBackUpdate } from './roll-back.ts';
import type { Step } from './roll-back.ts';
import type { Stack, StackResource, Target } from './state.ts';
import { scopeOf } from './target.ts';

/** Brings a stack to its target, or back to where it was; its status says which. Never rejects. */
export async function deployStack(book: StackBook, stack: Stack, target: Target): Promise<void> {
  const imports = new Set<string>();
  const work = { book, stack, target, scope: scopeWith(book, stack, target, imports) };
  const isFirst = stack.deployed === undefined;
  const steps: Step[] = [];
  try {
    for (const logicalId of target.order) {
      const step = await settle(work, logicalId);
      if (step !== undefined) steps.push(step);
    }
    stack.outputs = outputsOf(book, stack, target, work.scope);
  } catch (error) {
    return isFirst
      ? rollBackCreation(book, stack, target, error)
      : rollBackUpdate(book, stack, target, { steps, error });
  }
  const { template, parameters, tags, capabilities, roleArn, onFailure } = target;
  stack.deployed = { template, parameters, tags, capabilities, roleArn, onFailure, imports };
  if (isFirst) return book.enter(stack, 'CREATE_COMPLETE');
  book.enter(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  // What cannot be removed any more stays behind: the update itself is done.
  await removeResources(book, stack, leaving(stack, target, steps));
  book.enter(stack, 'UPDATE_COMPLETE');
}

/** Of a resource that could not be made or changed; its own event has said why. */
export class ResourceFailure extends Error {
  readonly logicalId: string;
  constructor(logicalId: string, cause: unknown) {
    super(wordsOf(cause), { cause });
    this.logicalId = logicalId;
  }
}

function wordsOf(cause: unknown): string {
  if (cause instanceof ZodError) return `Properties validation failed: ${z.prettifyError(cause)}`;
  return cause instanceof Error ? cause.message : String(cause);
}

type Work = { readonly book: StackBook; readonly stack: Stack; readonly target: Target; readonly scope: Scope };

function scopeWith(book: StackBook, stack: Stack, target: Target, imports: Set<string>): Scope {
  const scope = scopeOf(book, stack, target, (logicalId) => stack.resources.get(logicalId)?.made);
  return {
    ...scope,
    imported(name) {
      imports.add(name);
      return scope.imported(name);
    },
  };
}

/** Makes, changes or replaces one resource. Undefined when it may stay as it is; throws ResourceFailure. */
async function settle(work: Work, logicalId: string): Promise<Step | undefined> {
  const { book, stack, target } = work;
  const declaration = target.resources[logicalId]!;
  const before = stack.resources.get(logicalId);
  const verb = before === undefined ? 'CREATE' : 'UPDATE';
  const note = (status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED', physicalId: string, reason?: string) =>
    book.note(stack, { logicalId, physicalId, type: declaration.Type, status: `${verb}_${status}`, reason });
  try {
    const properties = evaluate(declaration.Properties, work.scope) as ResourceProperties;
    const changed = before === undefined ? [] : changedProperties(before.properties, properties);
    if (before !== undefined && before.type === declaration.Type && changed.length === 0) {
      stack.resources.set(logicalId, { ...before, declaration });
      return undefined;
    }
    note('IN_PROGRESS', before?.made.ref ?? '');
    const step = await carryOut(work, { logicalId, declaration, properties, before, changed });
    stack.resources.set(logicalId, step.resource);
    note('COMPLETE', step.resource.made.ref, step.resource.isSimulated ? undefined : 'not simulated');
    return step;
  } catch (error) {
    const failure = new ResourceFailure(logicalId, error);
    note('FAILED', before?.made.ref ?? '', failure.message);
    throw failure;
  }
}

type Wanted = Pick<StackResource, 'logicalId' | 'declaration' | 'properties'> & {
  readonly before: StackResource | undefined;
  /** Names of the properties that are others than before. */
  readonly changed: readonly string[];
};

async function carryOut({ book, stack }: Work, { before, changed, ...wanted }: Wanted): Promise<Step> {
  const { logicalId, declaration, properties } = wanted;
  const placed = { logicalId, type: declaration.Type };
  const common = { ...wanted, ...placed, isSimulated: isSimulated(book, placed.type), updated: book.now() };
  if (before === undefined) {
    const given = givenProperties(book, stack, placed, properties);
    const made = await makePlaced(book, stack, placed, given);
    return { kind: 'made', resource: { ...common, given, made, status: 'CREATE_COMPLETE' } };
  }
  refuseOtherType(before, placed.type);
  const provider = providerOf(book, stack, placed);
  if (mustReplace(provider, changed)) {
    refuseSameName(provider.nameProperty, before, properties);
    const given = givenProperties(book, stack, placed, properties);
    const made = await makePlaced(book, stack, placed, given);
    return { kind: 'replaced', before, resource: { ...common, given, made, status: 'UPDATE_COMPLETE' } };
  }
  const given = givenProperties(book, stack, placed, withName(provider.nameProperty, before, properties));
  const made = await changeResource(book, stack, before, given);
  return { kind: 'changed', before, resource: { ...common, given, made, status: 'UPDATE_COMPLETE' } };
}

function refuseOtherType(before: StackResource, type: string): void {
  if (before.type === type) return;
  throw invalid(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${before.logicalId}]`,
  );
}

/** Two resources cannot have one name, and the old one is only removed at the end. */
function refuseSameName(nameProperty: string | undefined, before: StackResource, after: ResourceProperties): void {
  const name = nameProperty === undefined ? undefined : after[nameProperty];
  if (typeof name !== 'string' || name !== before.given[nameProperty!]) return;
  throw invalid(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
  );
}

/** A name that was made up is kept. */
function withName(nameProperty: string | undefined, { given }: StackResource, properties: ResourceProperties) {
  if (nameProperty === undefined || properties[nameProperty] !== undefined) return properties;
  return { ...properties, [nameProperty]: given[nameProperty] };
}

/** What the update leaves behind: resources that the template has no more, and those that were replaced. */
function leaving(stack: Stack, target: Target, steps: readonly Step[]) {
  const gone = [...stack.resources.values()].filter(({ logicalId }) => !Object.hasOwn(target.resources, logicalId));
  for (const { logicalId } of gone) stack.resources.delete(logicalId);
  const replaced = steps.flatMap((step) => (step.kind === 'replaced' ? [step.before] : []));
  return [
    ...gone.map((resource) => ({ resource, policy: resource.declaration.DeletionPolicy })),
    ...replaced.map((resource) => ({ resource, policy: resource.declaration.UpdateReplacePolicy })),
  ];
}
