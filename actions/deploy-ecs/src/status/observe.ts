import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { readLock } from '../../../../lib/aws/ledger/lock.ts';
import { readAllReleases } from '../../../../lib/aws/ledger/records.ts';
import { readContract } from '../../../../lib/aws/ssm-contract.ts';
import { describeTaskDefinition, type RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import type { Head, Lock, ReleasedService, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { ecsServiceName } from '../../../../lib/core/names.ts';
import type { Log } from '../../../../lib/core/world.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import { unfinishedRelease } from '../rollback/choose.ts';

/** An environment as it is: ledger, lock and services. */
export type Standing = {
  readonly head: Head | undefined;
  readonly lock: { readonly entry: Lock; readonly ageMs: number | undefined } | undefined;
  readonly current: ReleaseRecord | undefined;
  /** Begun last and not settled. */
  readonly unfinished: ReleaseRecord | undefined;
  /** Undefined when neither ledger nor infra name one. */
  readonly cluster: string | undefined;
  readonly services: readonly StandingService[];
};

export type StandingService = {
  /** As the manifest calls it. */
  readonly name: string;
  readonly ecsName: string;
  /** What the current release left it on. */
  readonly recorded: ReleasedService | undefined;
  readonly observed: ObservedService | undefined;
  /** What it runs. */
  readonly definition: RegisteredDefinition | undefined;
};

/** Reads only, and needs no more than the ledger: what infra says is added where it can be read. */
export async function observeStanding({ where, aws, manifest }: StandingEnvironment, log: Log): Promise<Standing> {
  const [head, lock, records, contract] = await Promise.all([
    readHead(aws, where),
    readLock(aws, where),
    readAllReleases(aws, where),
    manifest === undefined ? undefined : readContract(aws, manifest).catch(() => undefined),
  ]);
  if (manifest !== undefined && contract === undefined) log.warn('What infra publishes cannot be read.');
  const current = records.find(({ id }) => id === head?.current);
  const unfinished = unfinishedRelease(records);
  const cluster = (unfinished ?? current)?.cluster ?? contract?.cluster.name;
  const names = namesOf([unfinished, current], contract?.services ?? new Map(), where.application);
  return {
    head,
    lock: lock.entry === undefined ? undefined : { entry: lock.entry, ageMs: lock.ageMs },
    current,
    unfinished,
    cluster,
    services: cluster === undefined ? [] : await observeServices(names, { aws, cluster, current }),
  };
}

/** ECS names by service: infra's order first, then what only the ledger knows. */
function namesOf(
  records: readonly (ReleaseRecord | undefined)[],
  contract: ReadonlyMap<string, { readonly service: string }>,
  application: string,
): ReadonlyMap<string, string> {
  const names = new Map([...contract].map(([name, { service }]) => [name, service]));
  for (const record of records) {
    for (const [name, { service }] of Object.entries(record?.services ?? {})) names.set(name, service);
    for (const [name, before] of Object.entries(record?.before ?? {}))
      if (!names.has(name)) names.set(name, before?.service ?? ecsServiceName(application, name));
  }
  return names;
}

async function observeServices(
  names: ReadonlyMap<string, string>,
  { aws, cluster, current }: { cluster: string; current: ReleaseRecord | undefined } & Pick<StandingEnvironment, 'aws'>,
): Promise<readonly StandingService[]> {
  const observed = await describeServices(aws, cluster, [...names.values()]);
  return Promise.all(
    [...names].map(async ([name, ecsName]): Promise<StandingService> => {
      const service = observed.get(ecsName);
      const recorded =
        current !== undefined && Object.hasOwn(current.services, name) ? current.services[name] : undefined;
      const definition = service === undefined ? undefined : await describeTaskDefinition(aws, service.taskDefinition);
      return { name, ecsName, recorded, observed: service, definition };
    }),
  );
}
