import type { StackBook } from './book.ts';
import { changeResource } from './provider.ts';
import { deleteStack, removeResources } from './remove.ts';
import type { Stack, StackResource, Target } from './state.ts';

/** One thing that a deployment has done, and what was there before. */
export type Step =
  | { readonly kind: 'made'; readonly resource: StackResource }
  | { readonly kind: 'changed' | 'replaced'; readonly before: StackResource; readonly resource: StackResource };

/** Takes back what was made for a stack that could not be created. */
export async function rollBackCreation(book: StackBook, stack: Stack, target: Target, error: unknown): Promise<void> {
  const reason = reasonOf(error, 'create');
  if (target.onFailure === 'DO_NOTHING') return book.enter(stack, 'CREATE_FAILED', reason);
  if (target.onFailure === 'DELETE') {
    book.enter(stack, 'CREATE_FAILED', reason);
    return deleteStack(book, stack, new Set());
  }
  book.enter(stack, 'ROLLBACK_IN_PROGRESS', `${reason} Rollback requested by user.`);
  const made = [...stack.resources.values()].map((resource) => ({
    resource,
    policy: resource.declaration.DeletionPolicy,
  }));
  const failed = await removeResources(book, stack, made);
  stack.resources = new Map(failed.map((resource) => [resource.logicalId, resource]));
  book.enter(stack, failed.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
}

type Failed = { readonly steps: readonly Step[]; readonly error: unknown };

/** Takes an update back: changes are reversed first, then what was made for it is removed. */
export async function rollBackUpdate(
  book: StackBook,
  stack: Stack,
  { onFailure }: Target,
  { steps, error }: Failed,
): Promise<void> {
  const reason = reasonOf(error, 'update');
  if (onFailure === 'DO_NOTHING') return book.enter(stack, 'UPDATE_FAILED', reason);
  book.enter(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  try {
    for (const step of steps.toReversed()) await reverse(book, stack, step);
  } catch (failure) {
    return book.enter(stack, 'UPDATE_ROLLBACK_FAILED', failure instanceof Error ? failure.message : String(failure));
  }
  book.enter(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const superfluous = steps.flatMap((step) => (step.kind === 'changed' ? [] : [step.resource]));
  await removeResources(
    book,
    stack,
    superfluous.map((resource) => ({ resource, policy: resource.declaration.DeletionPolicy })),
  );
  book.enter(stack, 'UPDATE_ROLLBACK_COMPLETE');
}

async function reverse(book: StackBook, stack: Stack, step: Step): Promise<void> {
  const { logicalId, type } = step.resource;
  if (step.kind === 'made') {
    stack.resources.delete(logicalId);
    return;
  }
  const { before } = step;
  const made = step.kind === 'replaced' ? before.made : await changeResource(book, stack, step.resource, before.given);
  stack.resources.set(logicalId, { ...before, made });
  book.note(stack, { logicalId, physicalId: made.ref, type, status: 'UPDATE_COMPLETE' });
}

function reasonOf(error: unknown, verb: 'create' | 'update'): string {
  if (isOfResource(error)) return `The following resource(s) failed to ${verb}: [${error.logicalId}].`;
  return error instanceof Error ? error.message : String(error);
}

function isOfResource(error: unknown): error is Error & { readonly logicalId: string } {
  return error instanceof Error && 'logicalId' in error;
}
