import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunningTask, TaskEvents, TaskLaunch } from '../driver.ts';
import type { Children } from './children.ts';
import { startContainer, unpackContainer, type Container } from './container.ts';
import { checkHealth } from './health-check.ts';
import type { Network } from './network.ts';
import { probe } from './probe.ts';

/** What a task needs of the run it is part of. */
export type TaskWorld = {
  readonly network: Network;
  readonly children: Children;
  readonly folder: string;
  /** What the runtime adds to the environment of every container of this task. */
  environmentFor(address: string): Record<string, string>;
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
    probe: (port, urlPath, timeoutMs) => probe(network, { address, port, path: urlPath, timeoutMs }),
  };
}
