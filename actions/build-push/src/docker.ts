import { spawn } from 'node:child_process';
import { ActionError } from '../../../lib/core/errors.ts';

/** Runs `docker` with these words and tells its output line by line. Answers the exit code. */
export type Docker = (words: readonly string[], options: DockerOptions) => Promise<number>;

export type DockerOptions = {
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
};

/** The `docker` in the job's PATH; words go to it as they are, no shell in between. */
export const docker: Docker = (words, { environment, directory, signal, onLine }) =>
  new Promise((resolve, reject) => {
    const child = spawn('docker', [...words], { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const interrupt = () => child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    const lines = [child.stdout, child.stderr].map((stream) => forEachLine(stream, onLine));
    child.once('error', (cause) => reject(notInstalled(cause)));
    child.once('close', (code) => {
      signal.removeEventListener('abort', interrupt);
      Promise.all(lines).then(() => resolve(code ?? 1), reject);
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
