import type { Policy } from '../template/model.ts';
import type { StackBook } from './book.ts';
import { providerOf } from './provider.ts';
import type { Stack, StackResource } from './state.ts';

export type Leaving = { readonly resource: StackResource; readonly policy: Policy };

/** Removes resources, last made first, except those to be retained. Answers the ones that could not be. */
export async function removeResources(
  book: StackBook,
  stack: Stack,
  leaving: readonly Leaving[],
): Promise<readonly StackResource[]> {
  const failed: StackResource[] = [];
  for (const { resource, policy } of leaving.toReversed()) {
    const about = { logicalId: resource.logicalId, physicalId: resource.made.ref, type: resource.type };
    if (policy === 'Retain') {
      book.note(stack, { ...about, status: 'DELETE_SKIPPED' });
      continue;
    }
    book.note(stack, { ...about, status: 'DELETE_IN_PROGRESS' });
    try {
      await providerOf(book, stack, resource).remove?.(resource.made, resource.given, book.cloud);
      const reason = policy === 'Snapshot' ? 'the snapshot is not simulated' : undefined;
      book.note(stack, { ...about, status: 'DELETE_COMPLETE', reason });
    } catch (error) {
      failed.push(resource);
      book.note(stack, {
        ...about,
        status: 'DELETE_FAILED',
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return failed;
}

/** Deletes a stack; `kept` are logical ids to leave alone. Its status says how it ended. Never rejects. */
export async function deleteStack(book: StackBook, stack: Stack, kept: ReadonlySet<string>): Promise<void> {
  const { status } = stack;
  const used = stack.outputs.find(
    ({ exportName }) => exportName !== undefined && book.importersOf(exportName).length > 0,
  );
  if (used?.exportName !== undefined) {
    const by = book.importersOf(used.exportName).map(({ name }) => name);
    // AWS leaves the stack as it was, and says so in an event only.
    return book.enter(stack, status, `Export ${used.exportName} cannot be deleted as it is in use by ${by.join(', ')}`);
  }
  book.enter(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  const leaving = [...stack.resources.values()].map((resource): Leaving => ({
    resource,
    policy: kept.has(resource.logicalId) ? 'Retain' : resource.declaration.DeletionPolicy,
  }));
  const failed = await removeResources(book, stack, leaving);
  stack.resources = new Map(failed.map((resource) => [resource.logicalId, { ...resource, status: 'DELETE_FAILED' }]));
  if (failed.length > 0) {
    const ids = failed.map(({ logicalId }) => logicalId).join(', ');
    return book.enter(stack, 'DELETE_FAILED', `The following resource(s) failed to delete: [${ids}]. `);
  }
  stack.outputs = [];
  stack.deleted = book.now();
  book.enter(stack, 'DELETE_COMPLETE');
}
