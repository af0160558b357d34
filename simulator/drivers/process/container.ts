import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { LaunchError, type ContainerLaunch, type TaskEvents } from '../driver.ts';
import type { Child, Children } from './children.ts';
import { findProgram } from './program.ts';
import { unpackImage } from './unpack.ts';

/** A container as files and an environment; `child` is its process once it was started. */
export type Container = {
  readonly launch: ContainerLaunch;
  readonly root: string;
  readonly folder: string;
  readonly environment: Record<string, string>;
  child?: Child;
};

/** Unpacks the image below `root`. Throws LaunchError when it cannot be unpacked. */
export async function unpackContainer(
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
    const why = error instanceof Error ? error.message : String(error);
    throw new LaunchError(launch.name, `CannotPullContainerError: ${why}`);
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

/** Starts the container's command; what cannot run ends at once, with the code that a container runtime has for it. */
export function startContainer(container: Container, events: TaskEvents, children: Children): void {
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
