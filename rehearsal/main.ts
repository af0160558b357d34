import { ActionError } from '../lib/core/errors.ts';
import { readArguments, usage, UsageError, type RehearsalArguments } from './arguments.ts';
import { beginLife, Interrupted, type Life } from './life.ts';
import { rehearse } from './rehearse.ts';

/** `npm start`: exit code 0 when the expected verdict was reached and the embedded AWS agrees. */
const wishes = wishesFrom(process.argv.slice(2));
if (wishes === 'help') process.stdout.write(`${usage}\n`);
else if (wishes instanceof UsageError) {
  process.stderr.write(`${wishes.message}\n\n${usage}\n`);
  process.exitCode = 2;
} else process.exit(await live(wishes));

function wishesFrom(argv: readonly string[]): RehearsalArguments | 'help' | UsageError {
  try {
    return readArguments(argv);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

async function live(wish: RehearsalArguments): Promise<number> {
  let life: Life | undefined;
  try {
    life = await beginLife();
    return await rehearse(wish, life);
  } catch (error) {
    return explain(life?.signal.aborted === true ? life.signal.reason : error);
  } finally {
    await life?.end();
  }
}

function explain(error: unknown): number {
  if (error instanceof Interrupted) {
    process.stderr.write(`\n${error.message} Everything that was started is ended and removed.\n`);
    return error.exitCode;
  }
  if (error instanceof ActionError) process.stderr.write(`${error.code}: ${error.message}\n${error.remedy}\n`);
  else if (isFullDisk(error))
    process.stderr.write('There is no space left on this disk. Free some, then start again.\n');
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}

function isFullDisk(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
