import type { Command } from './command.ts';
import { compareStacks } from './compare.ts';
import { describeCost } from './cost.ts';
import { describeLeftOver, findLeftOver } from './left-over.ts';
import { approvalOf } from './losses.ts';
import { type Outcome, describeDifferences } from './outcome.ts';
import { isInPart, synthesise } from './synthesise.ts';
import { findRemovals, openAccount, readTarget } from './target.ts';
import type { CliWorld } from './world.ts';

/** Shows what `deploy` would change, and what it would stop at. Changes nothing, and fails for neither. */
export async function diff(command: Command, world: CliWorld): Promise<Outcome> {
  const target = await readTarget(command);
  const aws = await openAccount(target, world);
  const removals = await findRemovals(aws, target, command);
  const made = await synthesise(target, command, world);
  const stacks = made.filter((stack) => isInPart(stack, command.part));
  const differences = await compareStacks(aws, stacks);
  world.print(describeDifferences(differences));
  const losses = differences.flatMap((difference) => difference.losses);
  const notes = [
    ...(command.against === undefined ? [] : [await describeCost(target, command.environment, command.against)]),
    ...(removals === undefined ? [] : [`A deployment would be refused. ${removals.message} ${removals.remedy}`]),
    ...(await findLeftOver(aws, target, made, command.part)).map(describeLeftOver),
    ...(losses.length === 0 ? [] : [`A deployment would ask for the code ${approvalOf(losses)}.`]),
  ];
  return { outcome: 'compared', differences, notes };
}
