import { type ChildProcess, spawn } from 'node:child_process';

export type ChildOptions = {
  readonly program: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
  readonly patience: CancelPatience;
  readonly onLine: (line: string) => void;
};

/** How long the runner waits after SIGINT, and after SIGTERM (ProcessInvoker.cs: 7.5 s and 2.5 s). */
export type CancelPatience = { readonly interruptMs: number; readonly terminateMs: number };

export type ChildEnd = { readonly status: number | undefined; readonly signal: string | undefined };

/** Runs one JavaScript file to its end; stdout and stderr come line by line. */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { program, file, environment, directory, signal } = options;
  const child = spawn(program, [file], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a terminal's Ctrl-C is ours to pass on, and the whole tree can be ended.
    detached: true,
  });
  const endTree = () => kill(child, 'SIGKILL');
  process.once('exit', endTree);
  const stopListening = cancelOn(signal, child, options.patience);
  const outputs = [child.stdout, child.stderr].map((stream) => splitLines(stream, options.onLine));
  try {
    const end = await exitOf(child);
    await Promise.all(outputs);
    return end;
  } finally {
    stopListening();
    process.off('exit', endTree);
  }
}

function exitOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve({ status: status ?? undefined, signal: signal ?? undefined }));
  });
}

/** The runner's way to cancel: a chance to finish, a firmer word, the end. */
function cancelOn(signal: AbortSignal | undefined, child: ChildProcess, patience: CancelPatience): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    child.kill('SIGINT');
    timer = setTimeout(() => {
      child.kill('SIGTERM');
      timer = setTimeout(() => kill(child, 'SIGKILL'), patience.terminateMs);
    }, patience.interruptMs);
  };
  if (signal?.aborted === true) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  };
}

function kill(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  } catch {
    // It has ended already, and its group with it.
  }
}

async function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line.replace(/\r$/, ''));
  }
  if (rest !== '') onLine(rest);
}
