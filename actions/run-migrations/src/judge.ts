import { explainStop } from '../../../lib/aws/ecs-explain.ts';
import type { ObservedTask } from '../../../lib/aws/ecs-tasks.ts';

/** What became of a migration's task. */
export type TaskVerdict =
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly exitCode: number | undefined;
      readonly facts: string;
      readonly cause: string;
      readonly remedy: string;
    };

/**
 * Judges a stopped task by the exit code of every essential container. No exit code is no success: the container
 * never ran, or ECS lost it. Nor is a 0 of a task that was stopped from outside: its program went when it was told to.
 */
export function judgeTask(task: ObservedTask, essential: readonly string[]): TaskVerdict {
  const containers = essential.map((name) => task.containers.find((container) => container.name === name));
  const endedByItself = task.stopCode === 'EssentialContainerExited';
  if (endedByItself && containers.length > 0 && containers.every((container) => container?.exitCode === 0))
    return { kind: 'succeeded' };
  const guilty = containers.find((container) => container?.exitCode !== 0);
  return { kind: 'failed', exitCode: guilty?.exitCode, ...explainStop(task) };
}
