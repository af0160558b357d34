import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fleetManifest } from './fleet.ts';

/** Milliseconds from the start of an action's bundle, as the runner starts it, to its first call to AWS; each of so many starts. */
export async function measureStarts(
  action: string,
  starts: number,
  node = process.execPath,
): Promise<readonly number[]> {
  const workspace = await mkdtemp(join(tmpdir(), 'bench-'));
  await writeFile(join(workspace, 'slipway.yml'), fleetManifest(9));
  const listener = await listen();
  const file = fileURLToPath(new URL(`../actions/${action}/dist/index.js`, import.meta.url));
  const found: number[] = [];
  for (let at = 0; at < starts; at++) {
    found.push(await measureStart({ node, file, workspace, listener }));
  }
  listener.close();
  await rm(workspace, { recursive: true });
  return found;
}

type Listener = { readonly url: string; called(): Promise<void>; close(): void };

/** Answers nothing: it only wants to be called. */
async function listen(): Promise<Listener> {
  let tell: (() => void) | undefined;
  const server = createServer((request) => {
    tell?.();
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    called: () => new Promise((resolve) => (tell = resolve)),
    close: () => server.close(),
  };
}

async function measureStart(start: {
  node: string;
  file: string;
  workspace: string;
  listener: Listener;
}): Promise<number> {
  const { node, file, workspace, listener } = start;
  const called = listener.called();
  const startedAt = performance.now();
  const child = spawn(node, [file], { cwd: workspace, stdio: 'ignore', env: environment(workspace, listener.url) });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isCalled = await Promise.race([called.then(() => true), ended.then(() => false)]);
  const milliseconds = performance.now() - startedAt;
  child.kill('SIGKILL');
  await ended;
  if (!isCalled) throw new Error(`${file} ended before it called anything.`);
  return milliseconds;
}

function environment(workspace: string, url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'simulator',
    AWS_SECRET_ACCESS_KEY: 'simulator',
    GITHUB_WORKSPACE: workspace,
    INPUT_ENVIRONMENT: 'prod',
    INPUT_OPERATION: 'status',
  };
}
