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

/** What a task had to be. */
export type Expected = {
  /** Names of its essential containers. */
  readonly essential: readonly string[];
  /** The container that migrates, and the digests by which ECS may name its image. */
  readonly container: string;
  readonly digests: readonly string[];
};

/**
 * Judges a stopped task by the exit code of every essential container. No exit code is no success: the container
 * never ran, or ECS lost it. Nor is a 0 of a task that was stopped from outside: its program went when it was told to.
 * Nor is a 0 of another image than the release's: it may have migrated to another schema.
 */
export function judgeTask(task: ObservedTask, { essential, container, digests }: Expected): TaskVerdict {
  const containers = essential.map((name) => task.containers.find((one) => one.name === name));
  const endedByItself = task.stopCode === 'EssentialContainerExited';
  const hasGoneWell = endedByItself && containers.length > 0 && containers.every((one) => one?.exitCode === 0);
  if (!hasGoneWell) {
    const guilty = containers.find((one) => one?.exitCode !== 0);
    return { kind: 'failed', exitCode: guilty?.exitCode, ...explainStop(task) };
  }
  const ran = task.containers.find(({ name }) => name === container)?.imageDigest;
  if (ran === undefined || digests.includes(ran)) return { kind: 'succeeded' };
  return {
    kind: 'failed',
    exitCode: 0,
    facts: `${container}: exit code 0 of the image ${ran}`,
    cause: 'The task has run another image than the release’s.',
    remedy:
      "Look at the database's migration table and at who has changed the task definition, then run the job again.",
  };
}
