import { findSecurityGroups, findSubnets, type SecurityGroup, type Subnet } from '../../aws/ec2.ts';
import { type Cluster, findCluster } from '../../aws/ecs-cluster.ts';
import { findRoles, type Role } from '../../aws/iam.ts';
import { type ImageInspection, inspectImage } from '../../aws/image-config.ts';
import { impatient, type Reading, tryToRead } from '../../aws/impatient.ts';
import { findLogGroups } from '../../aws/log-groups.ts';
import { findSecrets, type SecretPresence } from '../../aws/secret-presence.ts';
import type { Aws } from '../../aws/session.ts';
import { getParameters } from '../../aws/ssm.ts';
import { isElsewhere, logGroupsOf, parametersOf, rolesOf, secretsOf } from './references.ts';
import { platformOf, type Subject, type TaskWishes } from './subject.ts';

/** What tasks stand on, as far as it can be read. Nothing in here is a secret. */
export type Foundations = {
  readonly cluster: Reading<Cluster | undefined>;
  readonly roles: Reading<ReadonlyMap<string, Role>>;
  readonly logGroups: Reading<ReadonlySet<string>>;
  readonly secrets: Reading<ReadonlyMap<string, SecretPresence>>;
  /** Names or ARNs, as the definitions have them, of those that SSM does not know. */
  readonly missingParameters: Reading<readonly string[]>;
  readonly subnets: Reading<ReadonlyMap<string, Subnet>>;
  readonly securityGroups: Reading<ReadonlyMap<string, SecurityGroup>>;
  /** By the subject's name, of the images that ECR has. */
  readonly images: ReadonlyMap<string, Reading<ImageInspection>>;
};

/** Reads all of it side by side, each thing once for all tasks, and asks for nothing outside of account and region. */
export async function observeFoundations(aws: Aws, { contract, subjects }: TaskWishes): Promise<Foundations> {
  const quick = impatient(aws);
  const definitions = subjects.map(({ definition }) => definition);
  const own = subjects.filter(({ isOwn }) => isOwn);
  const wantedGroups = own.flatMap(({ securityGroups }) => securityGroups);
  const wantedSecrets = new Map([...secretsOf(definitions)].filter(([id]) => !isElsewhere(id, contract)));
  const wantedParameters = parametersOf(definitions).filter((name) => !isElsewhere(name, contract));

  const [cluster, roles, logGroups, secrets, missingParameters, subnets, securityGroups, images] = await Promise.all([
    tryToRead(() => findCluster(quick, contract.cluster.name)),
    readAll(definitions.flatMap(rolesOf), new Map(), (arns) => findRoles(quick, arns)),
    readAll(definitions.flatMap(logGroupsOf), new Set<string>(), (names) => findLogGroups(quick, names)),
    readAll([...wantedSecrets.keys()], new Map(), () => findSecrets(quick, wantedSecrets)),
    readAll(wantedParameters, [], (names) => missingOf(quick, names)),
    readAll(own.length === 0 ? [] : contract.network.subnets, new Map(), (ids) => findSubnets(quick, ids)),
    readAll(wantedGroups, new Map(), (ids) => findSecurityGroups(quick, ids)),
    inspectImages(quick, subjects),
  ]);
  return { cluster, roles, logGroups, secrets, missingParameters, subnets, securityGroups, images };
}

/** Each name once; nothing is asked where there is none. */
export async function readAll<T>(
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

/** Several subjects of one service share an image, which is looked at once. */
async function inspectImages(
  aws: Aws,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, Reading<ImageInspection>>> {
  const byName = new Map(subjects.map((subject) => [subject.name, subject]));
  const inspected = await Promise.all(
    [...byName].flatMap(([name, subject]) => {
      const { repository, image } = subject;
      if (image.kind === 'unreadable' || image.value === undefined) return [];
      const sought = { repository, manifest: image.value, platform: platformOf(subject) };
      return [tryToRead(() => inspectImage(aws, sought)).then((reading) => [name, reading] as const)];
    }),
  );
  return new Map(inspected);
}
