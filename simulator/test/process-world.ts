import { EventEmitter, once } from 'node:events';
import { pack } from 'tar-stream';
import type { ContainerLaunch, PulledImage, RunningTask, TaskDriver, TaskLaunch } from '../drivers/driver.ts';
import { createProcessDriver, type ProcessCloud, type ProcessDriverOptions } from '../drivers/process/driver.ts';

/** A layer of files by path; `null` is a folder, `-> target` a symbolic link. */
export type Files = Readonly<Record<string, string | null>>;

export async function layerOf(files: Files): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    if (content === null) tar.entry({ name, type: 'directory' });
    else if (content.startsWith('-> ')) tar.entry({ name, type: 'symlink', linkname: content.slice(3) });
    else tar.entry({ name }, content);
  }
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export function imageOf(...layers: readonly Uint8Array[]): PulledImage {
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  const described = layers.map((bytes, index) => ({ digest: `sha256:${index}`, mediaType, bytes }));
  return { repository: 'example', digest: 'sha256:example', labels: {}, layers: described };
}

/** A cloud that has nothing; a test gives what it is about. */
const emptyCloud: ProcessCloud = {
  region: 'eu-west-1',
  discovery: { resolve: () => [], fix: () => {} },
  elb: { route: () => undefined },
  iam: {
    sessionFor: () => ({
      AccessKeyId: 'AKIA',
      SecretAccessKey: 'secret',
      Token: 'token',
      Expiration: '2030-01-01T00:00:00Z',
    }),
  },
  handle: () => Promise.resolve({ status: 501, headers: {}, body: Buffer.from('') }),
};

export function driverWith(options: ProcessDriverOptions = {}, cloud: Partial<ProcessCloud> = {}): TaskDriver {
  const driver = createProcessDriver({ ...emptyCloud, ...cloud }, options);
  drivers.push(driver);
  return driver;
}

const drivers: TaskDriver[] = [];

/** For `afterEach`: ends all that the test started, also when it failed. */
export async function closeDrivers(): Promise<void> {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
}

/** A task with one container, and what was seen of it. */
export type Seen = {
  readonly taskId: string;
  readonly task: RunningTask;
  readonly lines: readonly string[];
  /** Resolves when a line contains the text. */
  line(text: string): Promise<string>;
  readonly exit: Promise<Exit>;
};

type Exit = { readonly code: number | undefined; readonly reason: string | undefined };

let tasks = 0;

export async function runTask(
  driver: TaskDriver,
  files: Files,
  container: Partial<ContainerLaunch> = {},
  task: Partial<TaskLaunch> = {},
): Promise<Seen> {
  const image = imageOf(await layerOf(files));
  const defaults = {
    name: 'app',
    image,
    command: ['node', 'index.js'],
    workingDirectory: '/app',
    environment: {},
    ports: [],
  };
  const taskId = `task${++tasks}`;
  const taskArn = `arn:aws:ecs:eu-west-1:111122223333:task/example/${taskId}`;
  const launch = { taskArn, taskId, group: 'service:app', containers: [{ ...defaults, ...container }], ...task };
  const lines: string[] = [];
  const news = new EventEmitter();
  const exit = new Promise<Exit>((resolve) => news.once('exit', resolve));
  const running = await driver.start(launch, {
    output: (_container, line) => news.emit('line', lines.push(line)),
    exited: (_container, code, reason) => news.emit('exit', { code, reason }),
  });
  const line = async (text: string): Promise<string> => {
    for (;;) {
      const found = lines.find((candidate) => candidate.includes(text));
      if (found !== undefined) return found;
      const gone = exit.then(() => Promise.reject(new Error(`it ended without ${text}, after:\n${lines.join('\n')}`)));
      await Promise.race([once(news, 'line'), gone]);
    }
  };
  return { taskId, task: running, lines, line, exit };
}
