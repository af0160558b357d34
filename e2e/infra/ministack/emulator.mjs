// MiniStack as a child on a free port, in the example's account and region.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export async function startEmulator(program, { account, region }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = [];
  const child = spawn(program, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: region,
      MINISTACK_ACCOUNT_ID: account,
      // Else it would start containers for databases.
      DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    },
  });
  child.stdout.on('data', (chunk) => log.push(chunk));
  child.stderr.on('data', (chunk) => log.push(chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) break;
    const health = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    if (health?.ok) return { url, end, log: () => Buffer.concat(log).toString() };
    await sleep(100);
  }
  await end();
  throw new Error(`MiniStack does not start:\n${Buffer.concat(log).toString().slice(-2000)}`);
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
