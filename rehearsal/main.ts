import { isatty } from 'node:tty';
import { readArguments, usage, UsageError, type RehearsalArguments } from './arguments.ts';
import { beginLife, hangUpCode, Interrupted, type Life } from './life.ts';
import { readManifest } from './manifest.ts';
import { preflight } from './preflight.ts';
import { rehearse } from './rehearse.ts';
import { sentenceFor } from './trouble.ts';

/** `npm start`: exit code 0 when the expected verdict was reached and the embedded AWS agrees. */
const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
const wishes = wishesFrom(process.argv.slice(2));
if (wishes === 'help') process.stdout.write(`${usage}\n`);
else if (wishes instanceof UsageError) {
  process.stderr.write(`${wishes.message}\n\n${usage}\n`);
  process.exitCode = 2;
} else leave(await live(wishes));

function leave(code: number): never {
  if (code === hangUpCode && hasTerminal) {
    // Node's own exit fails (an assertion in ResetStdio) where the terminal is gone: the signal itself has to do it.
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }
  process.exit(code);
}

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
  let code: number;
  try {
    await preflight(wish);
    const manifest = await readManifest(wish.manifest);
    life = await beginLife();
    code = await rehearse(wish, manifest, life);
  } catch (error) {
    code = explain(life?.signal.aborted === true ? life.signal.reason : error);
  }
  await life?.end();
  const reason: unknown = life?.signal.reason;
  if (!(reason instanceof Interrupted)) return code;
  process.stderr.write(`\n${reason.message} Everything that was started is ended and removed.\n`);
  return reason.exitCode;
}

/** Says what went wrong, and answers the exit code. An interruption has its word when everything is ended. */
function explain(error: unknown): number {
  if (!(error instanceof Interrupted)) process.stderr.write(`${sentenceFor(error)}\n`);
  return 1;
}
