import type { Command, Part } from './command.ts';
import { compareStacks } from './compare.ts';
import type { Difference } from './difference.ts';
import { describeLeftOver, findLeftOver } from './left-over.ts';
import { requireApproval } from './losses.ts';
import { type Outcome, describeDifferences } from './outcome.ts';
import { isInPart, synthesise } from './synthesise.ts';
import { findRemovals, openAccount, readTarget } from './target.ts';
import type { CliWorld } from './world.ts';

/** As many stacks side by side as do not wait for each other. */
const stacksAtOnce = 3;

/** Makes the stacks of a part as the manifest says, or stops before anything that holds data is lost. */
export async function deploy(
  command: Command,
  world: CliWorld,
  told: (differences: readonly Difference[]) => void,
  part: Part = command.part,
): Promise<Outcome> {
  const target = await readTarget(command);
  const aws = await openAccount(target, world);
  const removals = await findRemovals(aws, target, command);
  if (removals !== undefined) throw removals;
  const made = await synthesise(target, command, world);
  const stacks = made.filter((stack) => isInPart(stack, part));
  const differences = await compareStacks(aws, stacks);
  told(differences);
  world.print(describeDifferences(differences));
  requireApproval(
    differences.flatMap((difference) => difference.losses),
    command.approval,
  );
  const names = stacks.map(({ name }) => name);
  await world.cdk(deployArguments(names, command.output), command.output);
  const leftOver = await findLeftOver(aws, target, made, part);
  return { outcome: 'deployed', differences, notes: leftOver.map(describeLeftOver) };
}

/**
 * What was synthesised and shown is what is deployed: CDK is given the folder, and runs the app no second time. It is told
 * of all stacks, since protection may change without their templates; it passes over what is unchanged.
 */
function deployArguments(names: readonly string[], folder: string): string[] {
  const how = ['--exclusively', '--require-approval', 'never', '--progress', 'events'];
  return ['deploy', ...names, '--app', folder, '--concurrency', String(stacksAtOnce), ...how];
}
