import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Call, Operation } from '../../operation.ts';
import { page } from './answers.ts';
import { clientError, conflict, invalidParameter } from './errors.ts';
import { findCluster, findDefinition, findService, findTask, usableDefinition } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { checkNetwork } from './network.ts';
import { placementProblem } from './placement.ts';
import { passedToTasks } from './principal.ts';
import { runTaskInput } from './run-task-shape.ts';
import type { RunTaskInput } from './run-task-shape.ts';
import { clusterCondition } from './service-settings.ts';
import { request } from './shapes.ts';
import type { Ecs, Task, TaskDefinition } from './state.ts';
import { createTask } from './task.ts';
import { describeTask } from './task-answer.ts';
import { startTask } from './task-start.ts';
import { stopTask } from './task-stop.ts';

type Accepted = { readonly request: string; readonly tasks: readonly Task[] };

function runTask(ecs: Ecs, input: RunTaskInput, accepted: Map<string, Accepted>, call: Call) {
  const cluster = findCluster(ecs, input.cluster);
  const { clientToken, ...meaning } = input;
  const fingerprint = JSON.stringify(meaning);
  const earlier = clientToken === undefined ? undefined : accepted.get(clientToken);
  if (earlier !== undefined) return repeat(earlier, fingerprint);

  const definition = usableDefinition(ecs, input.taskDefinition);
  checkRun(ecs, input, definition, call);
  const problem = placementProblem(ecs, definition);
  if (problem?.startsWith('ECS was unable to assume')) throw clientError(problem);
  if (problem !== undefined) return { tasks: [], failures: [{ arn: cluster.arn, reason: problem }] };

  const tasks = Array.from({ length: input.count }, () =>
    createTask(ecs, {
      cluster,
      definition,
      network: input.networkConfiguration!,
      group: input.group ?? `family:${definition.family}`,
      startedBy: input.startedBy,
      capacityProvider: input.capacityProviderStrategy?.[0]?.capacityProvider,
      overrides: input.overrides,
      executeCommand: input.enableExecuteCommand,
      tags: input.tags,
      propagateTags: input.propagateTags,
    }),
  );
  if (clientToken !== undefined) accepted.set(clientToken, { request: fingerprint, tasks });
  const answer = { tasks: tasks.map((task) => describeTask(task, ['TAGS'])), failures: [] };
  for (const task of tasks) {
    ecs.staleTasks.remember(task.arn, undefined);
    void startTask(ecs, task);
  }
  return answer;
}

/** The same token means the same tasks; with other parameters it is a conflict. */
function repeat(earlier: Accepted, fingerprint: string) {
  if (earlier.request !== fingerprint)
    throw conflict(
      'The clientToken is already in use by a RunTask request with different parameters.',
      earlier.tasks.map(({ arn }) => arn),
    );
  return { tasks: earlier.tasks.map((task) => describeTask(task, ['TAGS'])), failures: [] };
}

function checkRun(ecs: Ecs, input: RunTaskInput, definition: TaskDefinition, { principal }: Call): void {
  if (input.networkConfiguration === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  checkNetwork(ecs, input.networkConfiguration);
  const names = new Set(definition.containerDefinitions.map(({ name }) => name));
  for (const { name } of input.overrides.containerOverrides)
    if (!names.has(name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
  const roles = [input.overrides.taskRoleArn, input.overrides.executionRoleArn].filter((role) => role !== undefined);
  if (roles.length > 0) ecs.cloud.iam.authorize(principal, 'iam:PassRole', roles, passedToTasks);
}

const clusterMember = { cluster: z.string().default('default') };

const listTasksInput = request({
  ...clusterMember,
  family: z.string().optional(),
  serviceName: z.string().optional(),
  startedBy: z.string().optional(),
  desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
  launchType: z.enum(['FARGATE', 'EC2', 'EXTERNAL']).optional(),
  containerInstance: z.undefined().optional(),
  maxResults: z.int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});

function listTasks(ecs: Ecs, input: z.infer<typeof listTasksInput>): Task[] {
  const cluster = findCluster(ecs, input.cluster);
  if (input.startedBy !== undefined && (input.family ?? input.serviceName) !== undefined)
    throw invalidParameter('startedBy must be the only filter.');
  const service = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
  if (input.serviceName !== undefined && service === undefined)
    throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return [...ecs.tasks.values()].filter(
    (task) =>
      findTask(ecs, cluster, task.arn) !== undefined &&
      task.desiredStatus === input.desiredStatus &&
      (input.family === undefined || task.definition.family === input.family) &&
      (service === undefined || task.owner?.service === service) &&
      (input.startedBy === undefined || task.startedBy === input.startedBy) &&
      (input.launchType === undefined || input.launchType === 'FARGATE'),
  );
}

export function taskOperations(ecs: Ecs): Record<string, Operation> {
  const accepted = new Map<string, Accepted>();
  const taskArn = (cluster: string, task: string) =>
    task.startsWith('arn:') ? task : ecs.names.task(nameFromArn(cluster), task);
  const conditions = clusterCondition(ecs);
  return {
    RunTask: operation({
      input: runTaskInput,
      resources: ({ taskDefinition }) => [findDefinition(ecs, taskDefinition)?.arn ?? '*'],
      conditions,
      run: (input, call) => runTask(ecs, input, accepted, call),
    }),
    StopTask: operation({
      input: request({ ...clusterMember, task: z.string().min(1), reason: z.string().max(1024).optional() }),
      resources: ({ cluster, task }) => [taskArn(cluster, task)],
      conditions,
      run({ cluster, task: wanted, reason = 'Task stopped by user' }) {
        const task = findTask(ecs, findCluster(ecs, cluster), wanted);
        if (task === undefined) throw invalidParameter('The referenced task was not found.');
        void stopTask(ecs, task, { code: 'UserInitiated', reason });
        return { task: describeTask(task) };
      },
    }),
    DescribeTasks: operation({
      input: request({
        ...clusterMember,
        tasks: z.array(z.string()).min(1).max(100),
        include: z.array(z.literal('TAGS')).default([]),
      }),
      resources: ({ cluster, tasks }) => tasks.map((task) => taskArn(cluster, task)),
      conditions,
      run({ cluster: name, tasks, include }) {
        const cluster = findCluster(ecs, name);
        const found = tasks.map((wanted) => {
          const arn = taskArn(cluster.name, wanted);
          return { arn, task: ecs.staleTasks.read(arn, () => findTask(ecs, cluster, arn)) };
        });
        return {
          tasks: found.flatMap(({ task }) => (task ? [describeTask(task, include)] : [])),
          failures: found.filter(({ task }) => !task).map(({ arn }) => ({ arn, reason: 'MISSING' })),
        };
      },
    }),
    ListTasks: operation({
      input: listTasksInput,
      conditions,
      run(input) {
        const { items, ...rest } = page(listTasks(ecs, input), input);
        return { taskArns: items.map(({ arn }) => arn), ...rest };
      },
    }),
  };
}
