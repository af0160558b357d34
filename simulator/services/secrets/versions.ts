import { AwsError } from '../../operation.ts';
import type { Secret, SecretValue, SecretVersion } from './store.ts';

/** Versions that Secrets Manager keeps without a stage before it forgets them. */
const unstagedKept = 100;

type NewVersion = {
  readonly id: string;
  readonly value: SecretValue;
  readonly stages: readonly string[];
  readonly now: Date;
};

/**
 * Adds a version and moves its stages to it; what loses AWSCURRENT becomes AWSPREVIOUS. The same id with the same
 * value is the same version (a retried request); with another value it is refused.
 */
export function addVersion(secret: Secret, { id, value, stages, now }: NewVersion): SecretVersion {
  const existing = secret.versions.find((it) => it.id === id);
  if (existing !== undefined) {
    if (JSON.stringify(existing.value) === JSON.stringify(value)) return existing;
    throw new AwsError(
      'ResourceExistsException',
      `You can't modify an existing version, you can only create new versions. Version id: ${id}`,
    );
  }
  const version: SecretVersion = { id, value, created: now, stages: new Set() };
  secret.versions.push(version);
  for (const stage of secret.versions.length === 1 ? [...stages, 'AWSCURRENT'] : stages)
    moveStage(secret, stage, version);
  secret.changed = now;
  const unstaged = secret.versions.filter((it) => it.stages.size === 0);
  const forgotten = new Set(unstaged.slice(0, Math.max(0, unstaged.length - unstagedKept)));
  secret.versions = secret.versions.filter((it) => !forgotten.has(it));
  return version;
}

function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  const from = secret.versions.find((it) => it.stages.has(stage));
  if (from === to) return;
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === 'AWSCURRENT' && from !== undefined) moveStage(secret, 'AWSPREVIOUS', from);
}

/** The version wanted by id, by stage, by both (which must agree), or the current one. Throws ResourceNotFoundException. */
export function selectVersion(
  secret: Secret,
  wanted: { id?: string | undefined; stage?: string | undefined },
): SecretVersion {
  const stage = wanted.stage ?? (wanted.id === undefined ? 'AWSCURRENT' : undefined);
  const found = secret.versions.find(
    (it) => (wanted.id === undefined || it.id === wanted.id) && (stage === undefined || it.stages.has(stage)),
  );
  if (found !== undefined) return found;
  const what = wanted.id === undefined ? `staging label: ${stage}` : `VersionId: ${wanted.id}`;
  throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}
