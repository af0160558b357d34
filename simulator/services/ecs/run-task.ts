import { clientError, conflict, invalidParameter } from './errors.ts';
import { findCluster, usableDefinition } from './lookup.ts';
import { checkNetwork } from './network.ts';
import { placementProblem } from './placement.ts';
import type { RunTaskInput } from './run-task-shape.ts';
import type { Ecs, Task, TaskDefinition } from './state.ts';
import { createTask } from './task.ts';
import { describeTask } from './task-answer.ts';
import { startTask } from './task-start.ts';

/** RunTask requests by their client token. */
export type Accepted = { readonly request: string; readonly tasks: readonly Task[] };

/** Starts tasks; a problem of capacity is an answer, not an error. */
export function runTask(ecs: Ecs, input: RunTaskInput, accepted: Map<string, Accepted>) {
  const cluster = findCluster(ecs, input.cluster);
  const { clientToken, ...meaning } = input;
  const fingerprint = JSON.stringify(meaning);
  const earlier = clientToken === undefined ? undefined : accepted.get(clientToken);
  if (earlier !== undefined) return repeat(earlier, fingerprint);

  const definition = usableDefinition(ecs, input.taskDefinition);
  checkRun(ecs, input, definition);
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
      executeCommand: input.enableExecuteCommand ?? false,
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

function checkRun(ecs: Ecs, input: RunTaskInput, definition: TaskDefinition): void {
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined)
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported.');
  if (input.networkConfiguration === undefined)
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  checkNetwork(ecs, input.networkConfiguration);
  const names = new Set(definition.containerDefinitions.map(({ name }) => name));
  for (const { name } of input.overrides.containerOverrides)
    if (!names.has(name))
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
}
