import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trouble } from './trouble.ts';

const prefix = 'slipway-rehearsal-';

/**
 * The life of one rehearsal: a temporary folder, everything to be ended, and the signal that says so. Whatever is
 * opened registers how it is closed; `end` closes in reverse order, once, whoever calls it.
 */
export type Life = {
  readonly directory: string;
  /** Aborts on Ctrl-C (reason: Interrupted), when nobody reads the output, or when a child that must live has died. */
  readonly signal: AbortSignal;
  onEnd(close: () => Promise<void> | void): void;
  /** Ends the rehearsal with this reason. */
  abort(reason: Error): void;
  end(): Promise<void>;
};

/** Somebody outside ended the rehearsal. The exit code is a shell's: 128 and the signal's number. */
export class Interrupted extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What a shell answers when the terminal is gone. */
export const hangUpCode = 129;

const interruptions = {
  SIGINT: new Interrupted('Interrupted.', 130),
  SIGTERM: new Interrupted('Ended by SIGTERM.', 143),
  SIGHUP: new Interrupted('Ended by SIGHUP.', hangUpCode),
};
const nobodyReads = new Interrupted('Nobody reads the output any more.', 141);

export async function beginLife(): Promise<Life> {
  const controller = new AbortController();
  for (const [name, reason] of Object.entries(interruptions)) process.on(name, () => controller.abort(reason));
  process.stdout.on('error', () => controller.abort(nobodyReads));
  process.stderr.on('error', () => {}); // without a reader there is nobody to tell

  const directory = await makeDirectory();
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
  return {
    directory,
    signal: controller.signal,
    onEnd: (close) => closers.push(close),
    abort: (reason) => controller.abort(reason),
    end: () => (ending ??= closeAll()),
  };
}

/** The folder's name says whose it is, from its first moment on. */
async function makeDirectory(): Promise<string> {
  try {
    await removeLeftovers();
    return await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EROFS'].includes(code)) throw cause;
    throw new Trouble(`No folder can be made in ${tmpdir()} (${code}). Name one that can be written in TMPDIR.`, {
      cause,
    });
  }
}

/** Folders of rehearsals that were killed before they could clean up. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    // Another user's stays: it is not ours to remove.
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
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
