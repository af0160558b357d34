import type { Service, TemplatePiece, Variable } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';

/** Names or ARNs of the secrets that variables lead to. */
export type UsedSecrets = {
  /** All of them: it is checked that they are there. */
  readonly referred: readonly string[];
  /** Those whose value is read when a release is configured: composed from, of a least length, or with a JSON key. */
  readonly opened: readonly string[];
};

export function usedSecrets(manifest: SelectedManifest): UsedSecrets {
  const variables = [...manifest.services.values()].flatMap(variablesOf);
  const pieces = variables.flatMap((it) => (it.kind === 'template' ? it.pieces : []));
  const composed = pieces.flatMap((piece) => secretOf(piece, manifest));
  const plain = variables.filter((it) => it.kind === 'secret');
  const checked = plain.filter(({ minLength, key }) => minLength !== undefined || key !== undefined);
  return {
    referred: distinct([...composed, ...plain.map(({ secret }) => secret)]),
    opened: distinct([...composed, ...checked.map(({ secret }) => secret)]),
  };
}

/** Variables of a service and of its migrations. */
export function variablesOf(service: Service): readonly Variable[] {
  return [service, ...service.migrations].flatMap(({ environment }) => [...environment.values()]);
}

export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

export function secretOf(piece: TemplatePiece, { database, cache }: SelectedManifest): readonly string[] {
  if (piece.kind === 'secret') return [piece.secret];
  if (piece.kind !== 'infra') return [];
  const isOfDatabase = piece.name === 'database.username' || piece.name === 'database.password';
  const source = isOfDatabase ? database : piece.name === 'cache.token' ? cache : undefined;
  return source === undefined ? [] : [source.secret];
}
