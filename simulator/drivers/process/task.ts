import { mkdir, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { LaunchError, type ContainerLaunch, type RunningTask, type TaskEvents, type TaskLaunch } from '../driver.ts';
import type { Child, Children } from './children.ts';
import type { Network } from './network.ts';
import { findProgram } from './program.ts';
import { unpackImage } from './unpack.ts';

/** What a task needs of the run it is part of. */
export type TaskWorld = {
  readonly network: Network;
  readonly children: Children;
  readonly folder: string;
  /** What the runtime adds to the environment of every container of this task. */
  environmentFor(address: string): Record<string, string>;
};

type Container = {
  readonly launch: ContainerLaunch;
  readonly root: string;
  readonly folder: string;
  readonly environment: Record<string, string>;
  child?: Child;
};

/** Unpacks and starts every container of a task. They share one address, as containers of one awsvpc task do. */
export async function startTask(launch: TaskLaunch, events: TaskEvents, world: TaskWorld): Promise<RunningTask> {
  const { network } = world;
  const address = network.lease();
  const folder = path.join(world.folder, launch.taskId);
  const release = async () => {
    network.free(address);
    await rm(folder, { recursive: true, force: true });
  };
  const containers = new Map<string, Container>();
  try {
    const added = world.environmentFor(address);
    for (const container of launch.containers) {
      containers.set(container.name, await unpackContainer(container, path.join(folder, container.name), added));
    }
  } catch (error) {
    await release();
    throw error;
  }
  for (const container of containers.values()) startContainer(container, events, world.children);

  return {
    address,
    release,
    signal: (name, signal) => containers.get(name)?.child?.signal(signal),
    checkHealth: (name) => checkHealth(containers.get(name), world.children),
    probe: (port, path, timeoutMs) => probe(network, { address, port, path, timeoutMs }),
  };
}

async function unpackContainer(
  launch: ContainerLaunch,
  root: string,
  added: Record<string, string>,
): Promise<Container> {
  const folder = path.join(root, path.normalize(`/${launch.workingDirectory}`));
  try {
    await unpackImage(launch.image, root);
    await mkdir(path.join(root, 'tmp'), { recursive: true });
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new LaunchError(launch.name, `CannotPullContainerError: ${(error as Error).message}`);
  }
  return { launch, root, folder, environment: composeEnvironment(launch.environment, added, root) };
}

/** PATH is the run's: nothing of this machine but Node is found by name. */
function composeEnvironment(own: Readonly<Record<string, string>>, added: Record<string, string>, root: string) {
  const nodeOptions = [added['NODE_OPTIONS'], own['NODE_OPTIONS']].filter((text) => text !== undefined && text !== '');
  return {
    HOME: root,
    TMPDIR: path.join(root, 'tmp'),
    ...added,
    ...own,
    PATH: added['PATH'] ?? '',
    NODE_OPTIONS: nodeOptions.join(' '),
  };
}

function startContainer(container: Container, events: TaskEvents, children: Children): void {
  const { launch, root, folder, environment } = container;
  const program = findProgram(launch.command, root, folder);
  if (program.kind === 'unable') {
    // Later, as a process would end: the caller has the task before it hears of its end.
    setImmediate(() => {
      events.output(launch.name, program.message);
      events.exited(launch.name, program.exitCode, `CannotStartContainerError: ${program.message}`);
    });
    return;
  }
  container.child = children.start({
    ...program,
    folder,
    environment,
    onLine: (line) => events.output(launch.name, line),
    onExit: (exitCode, reason) => events.exited(launch.name, exitCode, reason),
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
async function checkHealth(container: Container | undefined, children: Children): Promise<boolean> {
  const check = container?.launch.healthCheck;
  if (container === undefined || check === undefined) return false;
  const [form, ...rest] = check.command;
  const command = form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : form === 'CMD' ? rest : check.command;
  const { root, folder, environment } = container;
  const program = findProgram(command, root, folder);
  if (program.kind === 'unable') return false;
  return new Promise((resolve) => {
    const child = children.start({
      ...program,
      folder,
      environment,
      onExit: (exitCode) => {
        clearTimeout(timer);
        resolve(exitCode === 0);
      },
    });
    const timer = setTimeout(() => child.signal('SIGKILL'), check.timeoutSeconds * 1000);
  });
}

type Probe = { address: string; port: number; path: string; timeoutMs: number };

function probe(network: Network, { address, port, path, timeoutMs }: Probe): Promise<number | undefined> {
  const endpoint = network.reach(address, port);
  if (endpoint === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const headers = { host: `${address}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const request = http.get({ ...endpoint, path, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) });
    request.once('response', (response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    request.on('error', () => resolve(undefined));
  });
}
