import type { ServiceTruth } from '../simulated-aws.ts';

/** One short phrase for a progress line, from what the embedded AWS has running. */
export function describeServiceState(truth: ServiceTruth): string {
  const newest = truth.tasks.filter((task) => task.taskDefinition === truth.taskDefinition);
  const older = truth.tasks.length - newest.length;
  const leaving = older > 0 ? `, ${older} of the last revision` : '';
  if (truth.rolloutState === 'FAILED') return 'failed, going back';
  if (newest.length === 0) return `waiting for a task${leaving}`;
  if (truth.rolloutState === 'COMPLETED' && older === 0) return `running ${truth.running} of ${truth.desired}, healthy`;
  const slowest = newest.reduce((left, right) => (progressOf(left) <= progressOf(right) ? left : right));
  return `${phrase(slowest)}${leaving}`;
}

type Task = ServiceTruth['tasks'][number];

const order = ['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING'];

function progressOf({ lastStatus, health }: Task): number {
  const place = order.indexOf(lastStatus);
  return place < 0 ? -1 : place + (health === 'HEALTHY' ? 1 : 0);
}

function phrase({ lastStatus, health }: Task): string {
  if (lastStatus !== 'RUNNING') return lastStatus.toLowerCase();
  return health === 'HEALTHY' ? 'healthy' : health === 'UNHEALTHY' ? 'unhealthy' : 'running, health not known yet';
}
