import type { Step } from '../../../../lib/github/step.ts';

/** A rollback that is not begun says so in its verdict, so that a workflow can tell it from one that has failed. */
export async function refused<Result>(
  { outputs }: Pick<Step, 'outputs'>,
  decide: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await decide();
  } catch (error) {
    outputs.set('verdict', 'refused');
    throw error;
  }
}
