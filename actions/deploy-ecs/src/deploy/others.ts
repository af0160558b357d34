import { listServiceNames } from '../../../../lib/aws/ecs-service-removal.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';

/** A service of ours that this release does not touch. */
export type Untouched = {
  /** Name of the ECS service. */
  readonly service: string;
  /** `declared`: in the manifest, but not chosen for this release; `left-over`: the manifest no longer has it. */
  readonly kind: 'declared' | 'left-over';
};

/** By what services and definitions of ours are told from those of others. */
export const ownership = { application: 'slipway:application', environment: 'slipway:environment' } as const;

/** Whether this environment's releases made the service: only then is all of it ours to change. */
export function isOwn(
  { tags }: Pick<ObservedService, 'tags'>,
  { environment }: Pick<Whereabouts, 'environment'>,
): boolean {
  return tags[ownership.environment] === environment;
}

/** Whether it may be deleted: the tags must name the application too, for two of them may share a cluster. */
function isRemovable(service: ObservedService, where: Whereabouts): boolean {
  return isOwn(service, where) && service.tags[ownership.application] === where.application;
}

/**
 * The services of ours in the cluster beside those of the release: by the ledger, and by name and tags, since one that
 * a failed first release made is in no record.
 */
export async function observeOthers(
  aws: Aws,
  cluster: string,
  { where, released, recorded }: { where: Whereabouts; released: readonly string[]; recorded: readonly string[] },
): Promise<readonly ObservedService[]> {
  const listed = (await listIfAllowed(aws, cluster)).filter((name) => name.startsWith(`${where.application}-`));
  const names = [...new Set([...recorded, ...listed])].filter((name) => !released.includes(name));
  const services = [...(await describeServices(aws, cluster, names)).values()];
  return services.filter((service) => service.status === 'ACTIVE' && isOwn(service, where));
}

/** A role that may not list services still releases: then only the ledger tells. */
async function listIfAllowed(aws: Aws, cluster: string): Promise<readonly string[]> {
  try {
    return await listServiceNames(aws, cluster);
  } catch (error) {
    if (error instanceof ActionError) return [];
    throw error;
  }
}

/** Sorts them; `declared` are the ECS names of all services in the manifest. */
export function planOthers(
  others: readonly ObservedService[],
  { where, declared }: { where: Whereabouts; declared: ReadonlySet<string> },
): { readonly untouched: readonly Untouched[]; readonly removable: readonly ObservedService[] } {
  const untouched = others.map(({ name }): Untouched => ({
    service: name,
    kind: declared.has(name) ? 'declared' : 'left-over',
  }));
  const removable = others.filter((service) => !declared.has(service.name) && isRemovable(service, where));
  return { untouched, removable };
}
