import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cloud } from '../../cloud.ts';
import type { TaskDriver, TaskLaunch } from '../driver.ts';
import { createChildren, type Children } from './children.ts';
import { startControl, type ControlServer } from './control.ts';
import { startAwsForTasks, type AwsForTasks, type SessionFor } from './credentials.ts';
import { openNetwork, type Network } from './network.ts';
import { startTask } from './task.ts';

/** What the driver needs of the cloud. */
export type ProcessCloud = Pick<Cloud, 'region' | 'handle'> & {
  readonly discovery: Pick<Cloud['discovery'], 'resolve'>;
};

export type ProcessDriverOptions = {
  /** `ports` where only 127.0.0.1 exists. Found out when not given. */
  readonly network?: Network['kind'];
  /** Where task roles' credentials come from; without it tasks get none. */
  readonly sessionFor?: SessionFor;
};

/** A task driver, with what databases and front doors of the same run need. */
export type ProcessDriver = TaskDriver & {
  readonly name: 'process';
  /** The run's network, opened on first use. */
  network(): Promise<Network>;
  /** Ends with the driver. */
  closeWith(part: { close(): Promise<void> }): void;
};

type Run = {
  readonly network: Network;
  readonly control: ControlServer;
  readonly aws: AwsForTasks;
  readonly children: Children;
  readonly folder: string;
};

/**
 * Runs a task as local processes, started from the image's own layers and command with the task's environment and
 * nothing inherited. Node programs only. Names of the cloud resolve inside tasks, every task has its own loopback
 * address, and nothing of a task outlives the simulator.
 */
export function createProcessDriver(cloud: ProcessCloud, options: ProcessDriverOptions = {}): ProcessDriver {
  let opened: Promise<Run> | undefined;
  const parts: { close(): Promise<void> }[] = [];
  const open = () => (opened ??= openRun(cloud, options));
  return {
    name: 'process',
    network: async () => (await open()).network,
    closeWith: (part) => void parts.push(part),
    async start(launch, events) {
      const run = await open();
      const task = await startTask(launch, events, {
        ...run,
        environmentFor: (task, address) => runtimeEnvironment(task, address, run, cloud, options),
      });
      const release = async () => {
        run.aws.forget(launch.taskId);
        await task.release();
      };
      return { ...task, release };
    },
    async close() {
      await Promise.all(parts.map((part) => part.close()));
      if (opened !== undefined) await closeRun(await opened);
      opened = undefined;
    },
  };
}

const exitHandlers = new WeakMap<Run, () => void>();

async function openRun(cloud: ProcessCloud, options: ProcessDriverOptions): Promise<Run> {
  const network = await openNetwork(options.network);
  const noSession: SessionFor = (roleArn) => {
    throw new Error(`the simulator has no credentials for ${roleArn}`);
  };
  const run: Run = {
    network,
    control: await startControl(network, (name) => cloud.discovery.resolve(name)),
    aws: await startAwsForTasks(network, cloud, options.sessionFor ?? noSession),
    children: createChildren(),
    folder: makeRunFolder(),
  };
  await writeNodeCommand(run.folder);
  const atExit = () => {
    run.children.killNow();
    rmSync(run.folder, { recursive: true, force: true });
  };
  exitHandlers.set(run, atExit);
  process.once('exit', atExit);
  return run;
}

async function closeRun(run: Run): Promise<void> {
  await run.children.close();
  await Promise.all([run.control.close(), run.aws.close(), run.network.close()]);
  await rm(run.folder, { recursive: true, force: true });
  process.off('exit', exitHandlers.get(run) ?? (() => {}));
}

const folderPrefix = 'simulated-tasks-';

/** A private folder with our process id in its name; folders of simulators that were killed are swept. */
function makeRunFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^simulated-tasks-(\d+)-/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(path.join(tmpdir(), `${folderPrefix}${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `node` for shells and scripts inside tasks: this machine's, and nothing else on PATH. */
async function writeNodeCommand(folder: string): Promise<void> {
  const file = path.join(folder, 'bin', 'node');
  await mkdir(path.dirname(file));
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath.replaceAll("'", `'\\''`)}' "$@"\n`);
  await chmod(file, 0o755);
}

function runtimeEnvironment(
  launch: TaskLaunch,
  address: string,
  { network, control, aws, folder }: Run,
  cloud: ProcessCloud,
  options: ProcessDriverOptions,
): Record<string, string> {
  const credentials =
    launch.taskRoleArn === undefined || options.sessionFor === undefined
      ? {}
      : aws.environmentFor(launch.taskRoleArn, launch.taskId);
  return {
    PATH: path.join(folder, 'bin'),
    HOSTNAME: `ip-${address.replaceAll('.', '-')}.${cloud.region}.compute.internal`,
    AWS_REGION: cloud.region,
    AWS_DEFAULT_REGION: cloud.region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL_S3: `http://${aws.endpoint.host}:${aws.endpoint.port}`,
    ...credentials,
    NODE_OPTIONS: `--require ${quoteForNodeOptions(preloadFile())}`,
    SIMULATED_NETWORK: JSON.stringify({ address, kind: network.kind, control: control.endpoint }),
  };
}

/** https://nodejs.org/api/cli.html#node_optionsoptions */
function quoteForNodeOptions(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The preload is plain JavaScript and stays where its source is, also when this file was emitted to `build/`. */
function preloadFile(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const source = here.replace(`${path.sep}build${path.sep}simulator${path.sep}`, `${path.sep}simulator${path.sep}`);
  return path.join(source, 'preload.cjs');
}
