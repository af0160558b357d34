import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, type RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import { isSameDefinition } from '../../../../lib/aws/task-definition-compare.ts';
import type { Finding } from '../../../../lib/core/errors.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Restorable } from './restorable.ts';

/** What happens to one service when a release is brought back. */
export type RollbackPlan = Restorable & {
  readonly before: ObservedService;
  /** It runs the release already, all of it, and nothing is going on. */
  readonly isThere: boolean;
};

/** What the services of a release run at this moment. */
export type ObservedServices = {
  readonly services: ReadonlyMap<string, ObservedService>;
  /** What they run, by ARN. */
  readonly definitions: ReadonlyMap<string, RegisteredDefinition>;
};

/** `known`: definitions that were read a moment ago, since a revision never says anything else. */
export async function observeServices(
  aws: Aws,
  cluster: string,
  { restorable, known }: { restorable: readonly Restorable[]; known: ObservedServices['definitions'] },
): Promise<ObservedServices> {
  const names = restorable.map(({ released }) => released.service);
  const services = await describeServices(aws, cluster, names);
  const arns = new Set([...services.values()].map(({ taskDefinition }) => taskDefinition));
  const unread = [...arns].filter((arn) => !known.has(arn));
  const read = await Promise.all(unread.map((arn) => describeTaskDefinition(aws, arn)));
  const definitions = read.flatMap((one) => (one === undefined ? [] : [[one.arn, one] as const]));
  return { services, definitions: new Map([...known, ...definitions]) };
}

/** Decides per service; one that is not there (any more) is a finding. */
export function planRollback(
  restorable: readonly Restorable[],
  { services, definitions }: ObservedServices,
): { readonly plans: readonly RollbackPlan[]; readonly absent: readonly Finding[] } {
  const plans: RollbackPlan[] = [];
  const absent: Finding[] = [];
  for (const one of restorable) {
    const before = services.get(one.released.service);
    if (before?.status !== 'ACTIVE') absent.push(absentService(one));
    else plans.push({ ...one, before, isThere: isThere(one, before, definitions.get(before.taskDefinition)) });
  }
  return { plans, absent };
}

function isThere(
  { recorded }: Restorable,
  before: ObservedService,
  current: RegisteredDefinition | undefined,
): boolean {
  const [only, ...others] = before.deployments;
  const isSettled = others.length === 0 && only?.rolloutState === 'COMPLETED';
  const isFull = before.running === before.desired && before.pending === 0;
  // A deregistered definition is no ground to stand on: nothing could be deployed from it again.
  return isSettled && isFull && current?.active === true && isSameDefinition(current.definition, recorded.definition);
}

function absentService({ name, released }: Restorable): Finding {
  return {
    code: 'E_STATE',
    message: `There is no ECS service ${released.service} any more.`,
    remedy: 'Deploy it again; or say `force: true` to bring the others back without it.',
    place: name,
  };
}

/** Services that came after the release that is brought back: nothing is known that they should go back to. */
export function laterServices(target: ReleaseRecord, later: readonly ReleaseRecord[]): readonly string[] {
  const names = later.flatMap(({ services, before }) => [...Object.keys(services), ...Object.keys(before)]);
  return [...new Set(names)].filter((name) => !Object.hasOwn(target.services, name));
}

/** Whose migrations may be running: of all services that are there, whichever release they belong to. */
export function migrating(
  { cluster, services }: ReleaseRecord,
  later: readonly string[],
): { readonly cluster: string; readonly services: readonly string[] } {
  return { cluster, services: [...Object.keys(services), ...later] };
}
