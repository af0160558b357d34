import { writeFile } from 'node:fs/promises';
import { ActionError, MixedState } from '../../lib/core/errors.ts';
import { bootstrap } from './bootstrap.ts';
import { type Command, type Verb, parseCommand, usage } from './command.ts';
import { deploy } from './deploy.ts';
import { destroy } from './destroy.ts';
import { diff } from './diff.ts';
import type { Difference } from './difference.ts';
import { drift } from './drift.ts';
import { type Outcome, describeError, endedBy, reportOf } from './outcome.ts';
import { synth } from './synth.ts';
import type { CliWorld } from './world.ts';

type Work = (command: Command, world: CliWorld, told: (differences: readonly Difference[]) => void) => Promise<Outcome>;

const works: Readonly<Record<Verb, Work>> = { synth, diff, deploy, destroy, bootstrap, drift };

/** Does what the arguments ask; answers with the exit code, 0 or 1 (2 when something was left half-way), as actions do. */
export async function run(argv: readonly string[], from: string, world: CliWorld): Promise<number> {
  if (argv.includes('--help') || argv.length === 0) {
    world.print(usage);
    return argv.length === 0 ? 1 : 0;
  }
  let command: Command | undefined;
  let differences: readonly Difference[] = [];
  try {
    command = parseCommand(argv, { suite: world.suite, from });
    const outcome = await works[command.verb](command, world, (found) => (differences = found));
    for (const note of outcome.notes) world.print(note);
    await writeReport(command, outcome, undefined);
    return 0;
  } catch (error) {
    world.print(describeError(error));
    const expected = error instanceof ActionError ? error : bug(error);
    if (command !== undefined) await writeReport(command, endedBy(expected, differences), expected);
    return error instanceof MixedState ? 2 : 1;
  }
}

function bug(error: unknown): ActionError {
  return new ActionError('E_UNKNOWN', `A bug in infra: ${error instanceof Error ? error.message : String(error)}.`, {
    remedy: 'Please report it with the log of this step.',
    cause: error,
  });
}

async function writeReport({ report }: Command, outcome: Outcome, error: ActionError | undefined): Promise<void> {
  if (report !== undefined) await writeFile(report, JSON.stringify(reportOf(outcome, error)));
}
