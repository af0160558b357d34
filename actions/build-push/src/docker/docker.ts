import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ActionError } from '../../../../lib/core/errors.ts';

/**
 * Runs `docker` with these words and tells its output line by line. Answers the exit code; 128 and the signal's number
 * when something killed it, as a shell would.
 */
export type Docker = (words: readonly string[], options: DockerOptions) => Promise<number>;

export type DockerOptions = {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly signal: AbortSignal;
  /** `output` is what it answers, `complaint` what it says about its work. */
  readonly onLine: (line: string, stream: 'output' | 'complaint') => void;
};

/** The `docker` in the job's PATH; words go to it as they are, no shell in between. */
export const docker: Docker = (words, { environment, directory, signal, onLine }) =>
  new Promise((resolve, reject) => {
    const child = spawn('docker', [...words], { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = () => child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    const lines = [
      forEachLine(child.stdout, (line) => onLine(line, 'output')),
      forEachLine(child.stderr, (line) => onLine(line, 'complaint')),
    ];
    child.once('error', (cause) => reject(notInstalled(cause)));
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', interrupt);
      const answer = code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
      Promise.all(lines).then(() => resolve(answer), reject);
    });
  });

function notInstalled(cause: Error): ActionError {
  return new ActionError('E_STATE', 'There is no `docker` on this machine.', {
    remedy: 'Run the job on a runner with Docker and buildx, such as ubuntu-latest.',
    cause,
  });
}

async function forEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(onLine);
  }
  if (rest !== '') onLine(rest);
}
