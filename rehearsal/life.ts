import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'slipway-rehearsal-';

/**
 * The life of one rehearsal: a temporary folder, everything to be ended, and the signal that says so. Whatever is
 * opened registers how it is closed; `end` closes in reverse order, once, whoever calls it.
 */
export type Life = {
  readonly directory: string;
  /** Aborts on Ctrl-C (reason: Interrupted) or when a child that must live has died. */
  readonly signal: AbortSignal;
  onEnd(close: () => Promise<void> | void): void;
  /** Ends the rehearsal with this reason. */
  abort(reason: Error): void;
  end(): Promise<void>;
};

export class Interrupted extends Error {
  readonly exitCode: number;
  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(signal === 'SIGINT' ? 'Interrupted.' : `Ended by ${signal}.`);
    this.exitCode = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];
  }
}

export async function beginLife(): Promise<Life> {
  await removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), prefix));
  await writeFile(join(directory, 'pid'), String(process.pid));
  const controller = new AbortController();
  const closers: (() => Promise<void> | void)[] = [];
  let ending: Promise<void> | undefined;

  const closeAll = async () => {
    for (const close of closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        process.stderr.write(`While cleaning up: ${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Interrupted(name)));
  }
  return {
    directory,
    signal: controller.signal,
    onEnd: (close) => closers.push(close),
    abort: (reason) => controller.abort(reason),
    end: () => (ending ??= closeAll()),
  };
}

/** Folders of rehearsals that were killed before they could clean up. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const directory = join(tmpdir(), name);
    const owner = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => '0'));
    if (owner > 0 && !isAlive(owner)) await rm(directory, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
