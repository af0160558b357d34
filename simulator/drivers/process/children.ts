import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** CloudWatch Logs takes events of 1 MB (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html); longer lines are cut. */
const maxLineLength = 256 * 1024;

export type ChildLaunch = {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether somebody reads the output. */
  readonly onLine?: (line: string) => void;
  /** Exit code as a container runtime counts: 128 + number for a signal. */
  readonly onExit: (exitCode: number, reason?: string) => void;
};

export type Child = { signal(signal: 'SIGTERM' | 'SIGKILL'): void };

/** Every process of a run, so that none outlives it. */
export type Children = {
  start(launch: ChildLaunch): Child;
  /** Kills all, and resolves when they are gone. */
  close(): Promise<void>;
  /** The same when there is no time to wait: for `process.on('exit')`. */
  killNow(): void;
};

export function createChildren(): Children {
  const living = new Map<ChildProcess, Promise<void>>();
  return {
    start(launch) {
      const child = spawnGroup(launch);
      const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
      living.set(child, ended);
      void ended.then(() => living.delete(child));
      return { signal: (signal) => void child.kill(signal) };
    },
    killNow() {
      for (const child of living.keys()) killGroup(child);
    },
    async close() {
      for (const child of living.keys()) killGroup(child);
      await Promise.all(living.values());
    },
  };
}

/**
 * A process group of its own, so that whatever the program starts ends with it. The IPC channel is only a lifeline:
 * inside/index.cjs ends the process when it closes.
 */
function spawnGroup({ file, args, folder, environment, onLine, onExit }: ChildLaunch): ChildProcess {
  const output = onLine === undefined ? 'ignore' : 'pipe';
  const child = spawn(file, args, {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  if (onLine !== undefined) for (const stream of [child.stdout, child.stderr]) readLines(stream!, onLine);
  let failure: string | undefined;
  child.on('error', (error) => (failure = error.message));
  child.once('exit', () => killGroup(child));
  child.once('close', (code, signal) => onExit(exitCodeOf(code, signal), failure));
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is already gone.
  }
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  // A negative code is the system's error number: the program never started.
  if (code !== null) return code < 0 ? 127 : code;
  return 128 + (signal === null ? 0 : constants.signals[signal]);
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (part: Buffer) => {
    const lines = (rest + decoder.write(part)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.replace(/\r$/, '').slice(0, maxLineLength));
    if (rest.length > maxLineLength) {
      onLine(rest.slice(0, maxLineLength));
      rest = '';
    }
  });
  stream.on('end', () => {
    const last = rest + decoder.end();
    if (last !== '') onLine(last);
  });
}
