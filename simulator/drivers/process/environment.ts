import type { TaskLaunch } from '../driver.ts';
import type { AwsForTasks } from './aws-for-tasks.ts';
import type { Endpoint, Network } from './network.ts';
import { binFolder } from './run-folder.ts';
import { sourceFile } from './source.ts';

export type EnvironmentWorld = {
  readonly region: string;
  readonly network: Network;
  readonly control: { readonly endpoint: Endpoint };
  readonly aws: AwsForTasks;
  readonly folder: string;
};

/**
 * What the runtime adds to the environment of every container of a task: what Fargate sets (region, credentials of
 * the task role, host name) and what a process needs here to be a task. Nothing of this machine's own environment.
 */
export function runtimeEnvironment(
  launch: TaskLaunch,
  address: string,
  world: EnvironmentWorld,
): Record<string, string> {
  const { region, network, control, aws, folder } = world;
  return {
    PATH: binFolder(folder),
    HOSTNAME: `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_ENDPOINT_URL_S3: `http://${aws.endpoint.host}:${aws.endpoint.port}`,
    ...(launch.taskRoleArn === undefined ? {} : aws.environmentFor(launch.taskRoleArn, launch.taskId)),
    NODE_OPTIONS: `--require ${quoteForNodeOptions(sourceFile('inside/index.cjs'))}`,
    SIMULATED_NETWORK: JSON.stringify({
      address,
      kind: network.kind,
      control: control.endpoint,
      offered: [control.endpoint, aws.endpoint],
    }),
  };
}

/** https://nodejs.org/api/cli.html#node_optionsoptions */
function quoteForNodeOptions(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
