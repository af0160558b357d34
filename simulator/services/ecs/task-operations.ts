import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from './answers.ts';
import { conditionsOf, passedRoles, taggedOnCreation, type Telling } from './authorization.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import { findCluster, findDefinition, findService, findTask } from './lookup.ts';
import { nameFromArn } from './names.ts';
import { runTask } from './run-task.ts';
import type { Accepted } from './run-task.ts';
import { runTaskInput } from './run-task-shape.ts';
import { request } from './shapes.ts';
import type { Ecs, Task } from './state.ts';
import { describeTask } from './task-answer.ts';
import { stopTask } from './task-stop.ts';

const clusterMember = { cluster: z.string().default('default') };

const listTasksInput = request(
  {
    ...clusterMember,
    family: z.string().optional(),
    serviceName: z.string().optional(),
    startedBy: z.string().optional(),
    desiredStatus: z.enum(['RUNNING', 'PENDING', 'STOPPED']).default('RUNNING'),
    launchType: z.enum(['FARGATE', 'EC2', 'EXTERNAL']).optional(),
    maxResults: z.int().min(1).max(100).default(100),
    nextToken: z.string().optional(),
  },
  ['containerInstance', 'daemonName'],
);

function listTasks(ecs: Ecs, input: z.infer<typeof listTasksInput>): Task[] {
  const cluster = findCluster(ecs, input.cluster);
  if (input.startedBy !== undefined && (input.family ?? input.serviceName) !== undefined)
    throw invalidParameter('startedBy must be the only filter.');
  const service = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
  if (input.serviceName !== undefined && service === undefined) throw serviceNotFound();
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
  const conditions = (input: Telling) => conditionsOf(ecs, input);
  return {
    RunTask: operation({
      input: runTaskInput,
      // As it is referred to: without a revision the ARN has none.
      resources: ({ taskDefinition }) => [ecs.names.reference(taskDefinition)],
      conditions,
      dependents({ cluster, taskDefinition, overrides, tags }) {
        const definition = findDefinition(ecs, taskDefinition);
        const taskRole = overrides.taskRoleArn ?? definition?.taskRoleArn;
        const executionRole = overrides.executionRoleArn ?? definition?.executionRoleArn;
        const anyTask = ecs.names.task(nameFromArn(cluster), '*');
        return [...passedRoles([taskRole, executionRole]), ...taggedOnCreation('RunTask', anyTask, tags)];
      },
      run: (input) => runTask(ecs, input, accepted),
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
      // Whatever is listed, and although Fargate has no container instances.
      resources: ({ cluster }) => [ecs.names.containerInstance(nameFromArn(cluster), '*')],
      conditions,
      run(input) {
        const { items, ...rest } = page(listTasks(ecs, input), input);
        return { taskArns: items.map(({ arn }) => arn), ...rest };
      },
    }),
  };
}
