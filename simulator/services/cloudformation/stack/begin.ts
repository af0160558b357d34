import type { StackBook } from './book.ts';
import { deployStack } from './deploy.ts';
import type { Stack, Target } from './state.ts';

/** Starts a creation or an update; resolves when it has ended. Change sets made before are worth nothing any more. */
export function begin(book: StackBook, stack: Stack, target: Target): Promise<void> {
  for (const changeSet of stack.changeSets.values()) if (changeSet.state === 'available') changeSet.state = 'obsolete';
  const isFirst = stack.deployed === undefined;
  if (!isFirst) stack.updated = book.now();
  book.enter(stack, isFirst ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', 'User Initiated');
  stack.idle = deployStack(book, stack, target);
  return stack.idle;
}
