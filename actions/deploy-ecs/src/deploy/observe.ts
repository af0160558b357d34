import { findReleasedImage } from '../../../../lib/aws/ecr-released-image.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { isNamed } from '../../../../lib/aws/errors.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import type { Lease } from '../../../../lib/aws/ledger/lease.ts';
import { readLock } from '../../../../lib/aws/ledger/lock.ts';
import { readRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import {
  describeTaskDefinition,
  imageDigestOf,
  type RegisteredDefinition,
} from '../../../../lib/aws/task-definition.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { Head, ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { observeOthers } from './others.ts';

/** What AWS says about an environment before a release. */
export type ObservedEnvironment = {
  /** By the name of the ECS service. */
  readonly services: ReadonlyMap<string, ObservedService>;
  /** What the services run now, by ARN. */
  readonly definitions: ReadonlyMap<string, RegisteredDefinition>;
  /** By service: every digest by which its image may show up in a task; absent when ECR does not have it. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  /** By service: the text of its image's manifest or index. */
  readonly manifests: ReadonlyMap<string, string>;
  readonly head: Head | undefined;
  readonly current: ReleaseRecord | undefined;
  /** The release that was begun last, whatever became of it. */
  readonly last: ReleaseRecord | undefined;
  /** Services of ours in the cluster that are not among those of the release. */
  readonly others: readonly ObservedService[];
};

export type Sought = {
  readonly cluster: string;
  readonly services: readonly {
    readonly name: string;
    readonly ecsName: string;
    readonly repository: string;
    readonly digest: string;
  }[];
  readonly where: Whereabouts;
  /** Under which this is looked at; without one the lock itself says what was begun last. */
  readonly lease?: Pick<Lease, 'lastBegun'> | undefined;
};

export async function observeEnvironment(
  aws: Aws,
  { cluster, services, where, lease }: Sought,
): Promise<ObservedEnvironment> {
  const [observed, images, ledger] = await Promise.all([
    observeServices(
      aws,
      cluster,
      services.map(({ ecsName }) => ecsName),
    ),
    Promise.all(services.map(async (one) => [one.name, await findReleasedImage(aws, one)] as const)),
    observeLedger(aws, where, lease),
  ]);
  const found = images.flatMap(([name, image]) => (image === undefined ? [] : [{ name, ...image }]));
  const others = await observeOthers(aws, cluster, {
    where,
    released: services.map(({ ecsName }) => ecsName),
    recorded: Object.values(ledger.current?.services ?? {}).map(({ service }) => service),
  });
  return {
    ...observed,
    images: new Map(found.map(({ name, digests }) => [name, digests])),
    manifests: new Map(found.map(({ name, manifest }) => [name, manifest])),
    ...ledger,
    others,
  };
}

/** What runs under these names. */
export async function observeServices(
  aws: Aws,
  cluster: string,
  names: readonly string[],
): Promise<Pick<ObservedEnvironment, 'services' | 'definitions'>> {
  const services = await describeIfThere(aws, cluster, names);
  const arns = [...new Set([...services.values()].map(({ taskDefinition }) => taskDefinition))];
  const definitions = await Promise.all(arns.map((arn) => describeTaskDefinition(aws, arn)));
  return {
    services,
    definitions: new Map(
      definitions.flatMap((definition) => (definition === undefined ? [] : [[definition.arn, definition]])),
    ),
  };
}

/** Without the cluster there are no services; that it is not there is found when the release is verified. */
async function describeIfThere(
  aws: Aws,
  cluster: string,
  names: readonly string[],
): ReturnType<typeof describeServices> {
  try {
    return await describeServices(aws, cluster, names);
  } catch (error) {
    if (isNamed(error, 'ClusterNotFoundException')) return new Map();
    throw error;
  }
}

/** What the ledger says. */
export async function observeLedger(
  aws: Aws,
  where: Whereabouts,
  lease?: Sought['lease'],
): Promise<Pick<ObservedEnvironment, 'head' | 'current' | 'last'>> {
  const lastBegun = async () => (lease === undefined ? (await readLock(aws, where)).entry?.release : lease.lastBegun);
  const [head, begun] = await Promise.all([readHead(aws, where), lastBegun()]);
  const read = async (id: string | undefined) => (id === undefined ? undefined : readRelease(aws, where, id));
  const [current, last] = await Promise.all([read(head?.current), begun === head?.current ? undefined : read(begun)]);
  if (last !== undefined && isUnnoticed(last, head)) return { head, current: last, last };
  return { head, current, last: begun === head?.current ? current : last };
}

/** It was good, and its run died before the head could say so: what it left is what the environment stands on. */
function isUnnoticed({ operation, verdict, previous }: ReleaseRecord, head: Head | undefined): boolean {
  return operation === 'deploy' && verdict === 'succeeded' && previous === head?.current;
}

/** Digests of the images in what runs before the release, and in what the ledger's current release left, by definition. */
export function digestsOf({ definitions, current }: ObservedEnvironment): ReadonlyMap<string, string> {
  const recorded = Object.values(current?.services ?? {});
  return new Map([
    ...recorded.map(({ taskDefinition, digest }) => [taskDefinition, digest] as const),
    ...[...definitions].map(([arn, { definition }]) => [arn, imageDigestOf(definition)] as const),
  ]);
}
