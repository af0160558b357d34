import { type SecretDescription, describeSecret, readSecrets } from '../../../lib/aws/secrets.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { type Parameter, getParameters } from '../../../lib/aws/ssm.ts';
import type { References } from './references.ts';

/** What AWS says about everything that is referred to. Holds values: nothing of it is ever printed. */
export type Observed = {
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly secrets: ReadonlyMap<string, ObservedSecret>;
};

export type ObservedSecret =
  | { readonly kind: 'read'; readonly arn: string; readonly version: string; readonly text: string | undefined }
  | { readonly kind: 'described'; readonly arn: string; readonly version: string; readonly unchecked: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'being-deleted' }
  | { readonly kind: 'without-value' }
  /** AWS's error name. */
  | { readonly kind: 'unreadable'; readonly error: string };

/** Looks everything up, in batches and side by side. Whatever is wrong is part of the answer, not an exception. */
export async function observeReferences(aws: Aws, references: References): Promise<Observed> {
  const [plain, open, secrets] = await Promise.all([
    getParameters(aws, [...references.parameters], { decrypt: false }),
    getParameters(aws, [...references.openParameters], { decrypt: true }),
    observeSecrets(aws, references),
  ]);
  return { parameters: new Map([...plain.found, ...open.found]), secrets };
}

/**
 * The derived secrets that are there already, by name. `expected` says which version each should have: those that have
 * it are known by one call for twenty, and only the others are described one by one.
 */
export async function observeDerived(
  aws: Aws,
  expected: ReadonlyMap<string, (version: string) => boolean>,
): Promise<ReadonlyMap<string, SecretDescription>> {
  const { values } = await readSecrets(aws, [...expected.keys()]);
  const current = [...values.values()].filter(({ name, version }) => expected.get(name)?.(version) === true);
  const names = new Set(current.map(({ name }) => name));
  const others = [...expected.keys()].filter((name) => !names.has(name));
  const described = await Promise.all(others.map((name) => describeSecret(aws, name)));
  const found = [
    ...described.filter((secret) => secret !== undefined),
    ...current.map(({ name, arn, version }) => ({
      name,
      arn,
      currentVersion: version,
      versions: [version],
      isBeingDeleted: false,
      description: undefined,
    })),
  ];
  return new Map(found.map((secret) => [secret.name, secret]));
}

async function observeSecrets(aws: Aws, references: References): Promise<ReadonlyMap<string, ObservedSecret>> {
  const toRead = [...references.openSecrets, ...references.checkedSecrets];
  const [read, described] = await Promise.all([
    readSecrets(aws, toRead),
    Promise.all([...references.secrets].map((name) => describe(aws, name, { unchecked: false }))),
  ]);
  const failed = await Promise.all(
    read.failures.map(async ({ id, error }): Promise<[string, ObservedSecret]> => {
      const [, description] = await describe(aws, id, { unchecked: true });
      const mayStayUnread = references.checkedSecrets.has(id) && denials.has(error);
      const isThere = description.kind === 'described';
      return [id, isThere && !mayStayUnread ? { kind: 'unreadable', error } : description];
    }),
  );
  const values = [...read.values].map(([name, { arn, version, text }]): [string, ObservedSecret] => [
    name,
    { kind: 'read', arn, version, text },
  ]);
  return new Map([...described, ...failed, ...values]);
}

/** A role that may describe a secret but not read it is a fair choice; only the check is lost. */
const denials = new Set(['AccessDeniedException', 'AccessDenied']);

async function describe(
  aws: Aws,
  name: string,
  { unchecked }: { unchecked: boolean },
): Promise<[string, ObservedSecret]> {
  const secret = await describeSecret(aws, name);
  if (secret === undefined) return [name, { kind: 'missing' }];
  if (secret.isBeingDeleted) return [name, { kind: 'being-deleted' }];
  if (secret.currentVersion === undefined) return [name, { kind: 'without-value' }];
  return [name, { kind: 'described', arn: secret.arn, version: secret.currentVersion, unchecked }];
}
