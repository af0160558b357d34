import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Cloud } from '../../cloud.ts';
import type { TaskDriver } from '../driver.ts';
import { attachments, type AttachWorld } from './attachments.ts';
import { startAwsForTasks, type AwsForTasks } from './aws-for-tasks.ts';
import { createChildren, type Children } from './children.ts';
import { startControl, type ControlServer } from './control.ts';
import { runtimeEnvironment } from './environment.ts';
import { openNetwork, type Network } from './network.ts';
import { makeRunFolder } from './run-folder.ts';
import { startTask } from './task.ts';

/** What the driver needs of the cloud. */
export type ProcessCloud = Pick<Cloud, 'region' | 'handle'> & {
  readonly discovery: Pick<Cloud['discovery'], 'resolve' | 'fix'>;
  readonly iam: Pick<Cloud['iam'], 'sessionFor'>;
  readonly elb: Pick<Cloud['elb'], 'route'>;
};

export type ProcessDriverOptions = {
  /** `ports` where only 127.0.0.1 exists. Found out when not given. */
  readonly network?: Network['kind'];
  /** Port of 127.0.0.1 for the first load balancer; 0 or absent lets the system choose. */
  readonly frontDoorPort?: number;
};

type Run = {
  readonly region: string;
  readonly network: Network;
  readonly control: ControlServer;
  readonly aws: AwsForTasks;
  readonly children: Children;
  readonly folder: string;
  readonly atExit: () => void;
};

/**
 * Runs a task as local processes, started from the image's own layers and command with the task's environment and
 * nothing inherited. Node programs only. Names of the cloud resolve inside tasks, every task has its own loopback
 * address, and nothing of a task outlives the simulator. Database clusters get a PostgreSQL, load balancers a port.
 */
export function createProcessDriver(cloud: ProcessCloud, options: ProcessDriverOptions = {}): TaskDriver {
  let opened: Promise<Run> | undefined;
  let frontDoorPort = options.frontDoorPort ?? 0;
  const databases: AttachWorld['databases'] = new Map();
  const parts: { close(): Promise<void> }[] = [];
  const closeWith = (part: (typeof parts)[number]) => void parts.push(part);
  const open = () => (opened ??= openRun(cloud, options));
  const takeFrontDoorPort = () => {
    const port = frontDoorPort;
    frontDoorPort = 0;
    return port;
  };
  return {
    name: 'process',
    async start(launch, events) {
      const run = await open();
      const environmentFor = (address: string) => runtimeEnvironment(launch, address, run);
      const task = await startTask(launch, events, { ...run, environmentFor });
      const release = async () => {
        run.aws.forget(launch.taskId);
        await task.release();
      };
      return { ...task, release };
    },
    async attach(resource, made) {
      const { network } = await open();
      const world = { cloud, network, takeFrontDoorPort, databases, closeWith };
      return attachments[resource.type]?.(resource, made, world) ?? {};
    },
    changePassword: async (host, password) => databases.get(host)?.changePassword(password),
    async close() {
      await Promise.all(parts.splice(0).map((part) => part.close()));
      if (opened !== undefined) await closeRun(await opened);
      opened = undefined;
    },
  };
}

async function openRun(cloud: ProcessCloud, options: ProcessDriverOptions): Promise<Run> {
  const network = await openNetwork(options.network);
  const children = createChildren();
  const folder = await makeRunFolder();
  // When nobody had time to close: what can be done at once.
  const atExit = () => {
    children.killNow();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return {
    region: cloud.region,
    network,
    control: await startControl(network, (name) => cloud.discovery.resolve(name)),
    aws: await startAwsForTasks(network, cloud),
    children,
    folder,
    atExit,
  };
}

async function closeRun(run: Run): Promise<void> {
  await run.children.close();
  await Promise.all([run.control.close(), run.aws.close(), run.network.close()]);
  await rm(run.folder, { recursive: true, force: true });
  process.off('exit', run.atExit);
}
