import type { Command } from './command.ts';
import type { Outcome } from './outcome.ts';
import { synthesise } from './synthesise.ts';
import { readTarget } from './target.ts';
import type { CliWorld } from './world.ts';

/** Writes the templates; AWS is not asked. */
export async function synth(command: Command, world: CliWorld): Promise<Outcome> {
  const stacks = await synthesise(await readTarget(command), command, world);
  world.print(`${stacks.map(({ name }) => name).join(', ')}: ${command.output}`);
  return { outcome: 'synthesised', differences: [], notes: [] };
}
