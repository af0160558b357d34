import { findRegistries } from '../../../../lib/aws/cloud-map.ts';
import { findTargetGroups, type TargetGroup } from '../../../../lib/aws/elb.ts';
import { impatient, type Reading } from '../../../../lib/aws/impatient.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { type Foundations, observeFoundations, readAll } from '../../../../lib/world/verify/foundations.ts';
import { isElsewhere } from '../../../../lib/world/verify/references.ts';
import { type ServiceSubject, usesRegistry } from './subject.ts';
import { taskWishesOf, type VerifyWishes } from './wishes.ts';

/** What the services stand on, as far as it can be read: what any task does, and what sends requests to them. */
export type ServiceFoundations = Foundations & {
  readonly targetGroups: Reading<ReadonlyMap<string, TargetGroup>>;
  /** ARNs of Cloud Map services, of those that no service uses yet. */
  readonly registries: Reading<ReadonlySet<string>>;
};

/** Reads all of it side by side, each thing once for all services, and asks for nothing outside of account and region. */
export async function observeServiceFoundations(aws: Aws, wishes: VerifyWishes): Promise<ServiceFoundations> {
  const quick = impatient(aws);
  const { contract, services } = wishes;
  const wanted = services.flatMap(({ isOwn, wanted: { infra } }) => (isOwn ? (infra.targetGroup ?? []) : []));
  const inScope = (arns: readonly string[]) => arns.filter((arn) => !isElsewhere(arn, contract));
  const [ofTasks, targetGroups, registries] = await Promise.all([
    observeFoundations(aws, taskWishesOf(wishes)),
    readAll(inScope(wanted), new Map(), (arns) => findTargetGroups(quick, arns)),
    readAll(inScope(unprovenRegistries(services)), new Set<string>(), (arns) => findRegistries(quick, arns)),
  ]);
  return { ...ofTasks, targetGroups, registries };
}

/** Cloud Map deletes no service that has tasks, so what a service uses already is there. */
function unprovenRegistries(services: readonly ServiceSubject[]): readonly string[] {
  return services
    .filter((subject) => subject.isOwn && !usesRegistry(subject))
    .flatMap(({ wanted: { infra } }) => infra.registry ?? []);
}
