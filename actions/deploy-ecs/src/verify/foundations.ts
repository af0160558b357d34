import { findSecurityGroups, findSubnets, type SecurityGroup, type Subnet } from '../../../../lib/aws/ec2.ts';
import { type Cluster, findCluster } from '../../../../lib/aws/ecs-cluster.ts';
import { findRegistries } from '../../../../lib/aws/cloud-map.ts';
import { findTargetGroups, type TargetGroup } from '../../../../lib/aws/elb.ts';
import { findRoles, type Role } from '../../../../lib/aws/iam.ts';
import { type ImageInspection, inspectImage } from '../../../../lib/aws/image-config.ts';
import { impatient, type Reading, tryToRead } from '../../../../lib/aws/impatient.ts';
import { findLogGroups } from '../../../../lib/aws/log-groups.ts';
import { findSecrets, type SecretPresence } from '../../../../lib/aws/secret-presence.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { getParameters } from '../../../../lib/aws/ssm.ts';
import { outsideScope } from '../../../../lib/core/arn.ts';
import type { ObservedEnvironment } from '../deploy/observe.ts';
import { logGroupsOf, parametersOf, rolesOf, secretsOf } from './references.ts';
import { platformOf, type Subject, usesRegistry } from './subject.ts';
import type { VerifyWishes } from './wishes.ts';

/** What the services stand on, as far as it can be read. Nothing in here is a secret. */
export type Foundations = {
  readonly cluster: Reading<Cluster | undefined>;
  readonly roles: Reading<ReadonlyMap<string, Role>>;
  readonly logGroups: Reading<ReadonlySet<string>>;
  readonly secrets: Reading<ReadonlyMap<string, SecretPresence>>;
  /** Names or ARNs, as the definitions have them, of those that SSM does not know. */
  readonly missingParameters: Reading<readonly string[]>;
  readonly subnets: Reading<ReadonlyMap<string, Subnet>>;
  readonly securityGroups: Reading<ReadonlyMap<string, SecurityGroup>>;
  readonly targetGroups: Reading<ReadonlyMap<string, TargetGroup>>;
  /** ARNs of Cloud Map services, of those that no service uses yet. */
  readonly registries: Reading<ReadonlySet<string>>;
  /** By service, of the images that ECR has. */
  readonly images: ReadonlyMap<string, Reading<ImageInspection>>;
};

/** Reads all of it side by side, each thing once for all services, and asks for nothing outside of account and region. */
export async function observeFoundations(aws: Aws, wishes: VerifyWishes): Promise<Foundations> {
  const quick = impatient(aws);
  const { contract, observed, services } = wishes;
  const definitions = services.map(({ wanted }) => wanted.definition);
  const own = services.filter(({ isOwn }) => isOwn).map(({ wanted }) => wanted.infra);
  const inScope = (ids: readonly string[]) => ids.filter((id) => !isElsewhere(id, contract));
  const secrets = new Map([...secretsOf(definitions)].filter(([id]) => !isElsewhere(id, contract)));

  const [
    cluster,
    roles,
    logGroups,
    found,
    missingParameters,
    subnets,
    securityGroups,
    targetGroups,
    registries,
    images,
  ] = await Promise.all([
    tryToRead(() => findCluster(quick, contract.cluster.name)),
    readAll(definitions.flatMap(rolesOf), new Map(), (arns) => findRoles(quick, arns)),
    readAll(definitions.flatMap(logGroupsOf), new Set<string>(), (names) => findLogGroups(quick, names)),
    readAll([...secrets.keys()], new Map(), () => findSecrets(quick, secrets)),
    readAll(inScope(parametersOf(definitions)), [], (names) => missingOf(quick, names)),
    readAll(own.length === 0 ? [] : contract.network.subnets, new Map(), (ids) => findSubnets(quick, ids)),
    readAll(
      own.flatMap((infra) => infra.securityGroups),
      new Map(),
      (ids) => findSecurityGroups(quick, ids),
    ),
    readAll(inScope(own.flatMap(({ targetGroup }) => targetGroup ?? [])), new Map(), (arns) =>
      findTargetGroups(quick, arns),
    ),
    readAll(inScope(unprovenRegistries(services)), new Set<string>(), (arns) => findRegistries(quick, arns)),
    inspectImages(quick, services, observed),
  ]);
  return {
    cluster,
    roles,
    logGroups,
    secrets: found,
    missingParameters,
    subnets,
    securityGroups,
    targetGroups,
    registries,
    images,
  };
}

/** Cloud Map deletes no service that has tasks, so what a service uses already is there. */
function unprovenRegistries(services: readonly Subject[]): readonly string[] {
  return services
    .filter((subject) => subject.isOwn && !usesRegistry(subject))
    .flatMap(({ wanted: { infra } }) => infra.registry ?? []);
}

/** Each name once; nothing is asked where there is none. */
async function readAll<T>(
  names: readonly string[],
  nothing: T,
  read: (names: readonly string[]) => Promise<T>,
): Promise<Reading<T>> {
  const unique = [...new Set(names)];
  return unique.length === 0 ? { kind: 'read', value: nothing } : tryToRead(() => read(unique));
}

async function missingOf(aws: Aws, names: readonly string[]): Promise<readonly string[]> {
  return (await getParameters(aws, names, { decrypt: false })).missing;
}

async function inspectImages(
  aws: Aws,
  services: readonly Subject[],
  { manifests }: Pick<ObservedEnvironment, 'manifests'>,
): Promise<ReadonlyMap<string, Reading<ImageInspection>>> {
  const inspected = await Promise.all(
    services.flatMap((subject) => {
      const manifest = manifests.get(subject.name);
      if (manifest === undefined) return [];
      const { repository } = subject.wanted.infra;
      const inspect = () => inspectImage(aws, { repository, manifest, platform: platformOf(subject) });
      return [tryToRead(inspect).then((reading) => [subject.name, reading] as const)];
    }),
  );
  return new Map(inspected);
}

/** Only what is an ARN says where it is. */
function isElsewhere(id: string, scope: VerifyWishes['contract']): boolean {
  return id.startsWith('arn:') && outsideScope(id, scope) !== undefined;
}
