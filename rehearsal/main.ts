import { readArguments, usage, UsageError, type RehearsalArguments } from './arguments.ts';
import { beginLife, Interrupted, type Life } from './life.ts';
import { readManifest } from './manifest.ts';
import { preflight } from './preflight.ts';
import { rehearse } from './rehearse.ts';
import { sentenceFor } from './trouble.ts';

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
