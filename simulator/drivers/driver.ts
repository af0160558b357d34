import type { Provisioned, Resource } from '../resource.ts';

/**
 * What runs behind a task. ECS decides when a task starts, is checked and is stopped; a driver carries it out:
 * `model` as a state machine on the clock, `process` as local child processes.
 */
export type TaskDriver = {
  readonly name: 'model' | 'process';
  /** Starts every container of the task. Throws LaunchError when one cannot be started. */
  start(launch: TaskLaunch, events: TaskEvents): Promise<RunningTask>;
  /**
   * Called when a resource of the cloud was made; answers further attributes. A driver with real tasks puts a real
   * database behind a cluster and a port behind a load balancer.
   */
  attach?(resource: Resource, made: Provisioned): Promise<Provisioned['attributes']>;
  /** Somebody has changed the master password of the database at this name; who connects from now on needs the new one. */
  changePassword?(host: string, password: string): Promise<void>;
  /** Ends every process and frees every address. */
  close(): Promise<void>;
};

export type TaskLaunch = {
  readonly taskArn: string;
  readonly taskId: string;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  readonly taskRoleArn?: string;
  readonly containers: readonly ContainerLaunch[];
};

export type ContainerLaunch = {
  readonly name: string;
  readonly image: PulledImage;
  /** entryPoint and command after the task definition's and the overrides' say. */
  readonly command: readonly string[];
  /** The image's own entry point and command: a model knows by it whether the image's program runs. */
  readonly imageCommand?: readonly string[];
  readonly workingDirectory: string;
  /** The image's own variables, then environment, secrets (resolved) and overrides. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string;
  /** `["CMD", …]` or `["CMD-SHELL", text]`, as in the task definition. */
  readonly healthCheck?: { readonly command: readonly string[]; readonly timeoutSeconds: number };
  readonly ports: readonly number[];
};

/** An image out of the simulated registry. */
export type PulledImage = {
  readonly repository: string;
  readonly digest: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Layer blobs in order (tar, or gzipped tar). */
  readonly layers: readonly { readonly digest: string; readonly mediaType: string; readonly bytes: Uint8Array }[];
};

export type TaskEvents = {
  /** The container ended by itself or by a signal. `exitCode` undefined: it never ran. */
  exited(container: string, exitCode: number | undefined, reason?: string): void;
  /** One line of output, without its line end. */
  output(container: string, line: string): void;
};

export type RunningTask = {
  /** Private IPv4 address (of the fake VPC in `model`, of 127.0.0.0/8 in `process`). */
  readonly address: string;
  /** Runs the container's health check command once. */
  checkHealth(container: string): Promise<boolean>;
  /** What a target group's HTTP check sees: the status code, or undefined when nothing answers. */
  probe(port: number, path: string, timeoutMs: number): Promise<number | undefined>;
  signal(container: string, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Frees the address and files after the last container ended. */
  release(): Promise<void>;
};

/** The container runtime refused to start a container, e.g. `CannotStartContainerError: …`. */
export class LaunchError extends Error {
  readonly container: string;
  readonly exitCode: number | undefined;
  constructor(container: string, message: string, exitCode?: number) {
    super(message);
    this.name = 'LaunchError';
    this.container = container;
    this.exitCode = exitCode;
  }
}
