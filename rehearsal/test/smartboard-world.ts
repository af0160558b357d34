import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The example, run with plain Node as a developer would without Docker. */
export const smartboard = fileURLToPath(new URL('../../examples/smartboard/', import.meta.url));

export const longSecret = 'a-secret-of-more-than-32-characters';

type Environment = Readonly<Record<string, string>>;

export type StartedService = {
  readonly url: string;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number>;
};

/** Starts a service on a free port of its own. Rejects with its output when it ends before it listens. */
export async function startService(name: string, environment: Environment = {}): Promise<StartedService> {
  const child = spawn(process.execPath, [`services/${name}/index.js`], {
    cwd: smartboard,
    env: { PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number]>;
  let output = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
      const listening = /listens on (\d+)/.exec(output)?.[1];
      if (listening !== undefined) resolve(listening);
    });
    void ended.then(([code]) => reject(new Error(`${name} ended with ${code}: ${output}`)));
  });
  const service = {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
  started.push(service);
  return service;
}

const started: StartedService[] = [];

/** For `afterEach`: ends what the test started, also when it failed. */
export async function stopServices(): Promise<void> {
  await Promise.all(started.splice(0).map((service) => service.stop()));
}

/** Runs the committed migrator for one service. */
export async function migrate(service: string, databaseUrl: string): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [path.join('packages', 'migrator', 'dist', 'migrate.js')], {
    cwd: smartboard,
    env: { DATABASE_URL: databaseUrl, MIGRATIONS: `services/${service}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

export type Readiness = {
  readonly service: string;
  readonly version: string;
  readonly ready: boolean;
  readonly needs: Readonly<Record<string, string>>;
  readonly schema?: { readonly name: string; readonly migrations: number; readonly latest: string };
};

export async function readiness({ url }: StartedService): Promise<{ status: number; report: Readiness }> {
  const answer = await fetch(`${url}/health/ready`);
  return { status: answer.status, report: (await answer.json()) as Readiness };
}
