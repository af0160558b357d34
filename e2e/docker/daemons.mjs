// A docker daemon and a BuildKit daemon of our own: own folders, own sockets, ended by their process ids.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const children = [];

/** Ends what was started here, the last one first. */
export async function endDaemons() {
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    if ((await Promise.race([ended, wait(10_000, 'late')])) === 'late') child.kill('SIGKILL');
  }
  children.length = 0;
}

/** Answers DOCKER_HOST, or undefined when the daemon cannot run here; its log is in the folder. */
export async function startDockerd(directory) {
  const host = `unix://${join(directory, 'docker.sock')}`;
  const ways = [
    { storage: 'overlay2', network: [] },
    { storage: 'vfs', network: ['--iptables=false', '--bridge=none'] },
  ];
  for (const { storage, network } of ways) {
    const folder = join(directory, `dockerd-${storage}`);
    mkdirSync(folder, { recursive: true });
    const words = [
      '--data-root',
      join(folder, 'data'),
      '--exec-root',
      join(folder, 'run'),
      '--pidfile',
      join(folder, 'pid'),
    ];
    const child = start('dockerd', [...words, '--host', host, '--storage-driver', storage, ...network], folder);
    if (await answers('docker', ['--host', host, 'info'], child)) return host;
    child.kill('SIGKILL');
  }
  return undefined;
}

/** Answers addresses for buildx's remote driver, and the process; undefined when it cannot run here. */
export async function startBuildkitd(program, directory, registry) {
  mkdirSync(directory, { recursive: true });
  const addresses = {
    local: `unix://${join(directory, 'buildkitd.sock')}`,
    network: `tcp://127.0.0.1:${await freePort()}`,
  };
  const settings = join(directory, 'buildkitd.toml');
  writeFileSync(settings, `[registry."${registry}"]\n  http = true\n[worker.oci]\n  snapshotter = "native"\n`);
  const where = Object.values(addresses).flatMap((address) => ['--addr', address]);
  const words = ['--config', settings, '--root', join(directory, 'state'), ...where];
  const child = start(program, words, directory);
  for (let tries = 0; tries < 50 && child.exitCode === null; tries++) {
    await wait(200);
    if (isSocket(join(directory, 'buildkitd.sock'))) return { addresses, child };
  }
  return undefined;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A docker configuration with buildx as a plugin, or without it. */
export function dockerConfig(directory, buildx) {
  mkdirSync(join(directory, 'cli-plugins'), { recursive: true });
  if (buildx !== undefined) symlinkSync(buildx, join(directory, 'cli-plugins', 'docker-buildx'));
  return directory;
}

function start(program, words, folder) {
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(program, words, { stdio: ['ignore', log, log] });
  children.push(child);
  child.on('error', () => {});
  return child;
}

async function answers(program, words, child) {
  for (let tries = 0; tries < 50 && child.exitCode === null; tries++) {
    try {
      execFileSync(program, words, { stdio: 'ignore', timeout: 5_000 });
      return true;
    } catch {
      await wait(300);
    }
  }
  return false;
}

function isSocket(path) {
  try {
    execFileSync('test', ['-S', path]);
    return true;
  } catch {
    return false;
  }
}
