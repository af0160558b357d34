import type { SecretDescription } from '../../../lib/aws/secrets.ts';
import { type DerivedSecret, sha256 } from './derived.ts';

/** What is to be done about one derived secret. */
export type DerivedPlan = {
  readonly secret: DerivedSecret;
  /** `restore`: it was deleted as nobody's, and is somebody's again; then it is refreshed. */
  readonly action: 'keep' | 'create' | 'refresh' | 'restore';
  /** Version id after this run: computed from template and versions of the parts, never from the value. */
  readonly version: string;
  /** Complete, once it is there. */
  readonly arn: string | undefined;
};

/** Writes nothing that is there already: a derived secret is current when its version id is the expected one. */
export function planDerived(
  derived: readonly DerivedSecret[],
  existing: ReadonlyMap<string, SecretDescription>,
): readonly DerivedPlan[] {
  const unique = new Map(derived.map((secret) => [secret.name, secret]));
  return [...unique.values()].map((secret) => planOne(secret, existing.get(secret.name)));
}

function planOne(secret: DerivedSecret, existing: SecretDescription | undefined): DerivedPlan {
  const version = sha256(secret.versionBasis);
  if (existing === undefined) return { secret, action: 'create', version, arn: undefined };
  const { arn, currentVersion, versions } = existing;
  const { isBeingDeleted } = existing;
  if (!isBeingDeleted && isVersionOf(currentVersion, secret.versionBasis))
    return { secret, action: 'keep', version: currentVersion, arn };
  // The parts may have gone back to an earlier version: a version id that was used once makes nothing current again.
  return {
    secret,
    action: isBeingDeleted ? 'restore' : 'refresh',
    version: versions.includes(version) ? `${version.slice(0, 48)}${freshTail(secret, versions)}` : version,
    arn,
  };
}

/** Whether a version id is what this secret should have. */
export function isCurrent(secret: DerivedSecret): (version: string) => boolean {
  return (version) => isVersionOf(version, secret.versionBasis);
}

/** The first 48 digits say what the version was made of, the last 16 only make it new. */
function isVersionOf(version: string | undefined, versionBasis: string): version is string {
  return version !== undefined && version.length === 64 && version.startsWith(sha256(versionBasis).slice(0, 48));
}

function freshTail({ versionBasis }: DerivedSecret, versions: readonly string[]): string {
  return sha256(JSON.stringify([versionBasis, ...[...versions].sort()])).slice(0, 16);
}
