import type { Service } from '../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';

/** Secrets that variables refer to, each with the keys that are asked of it; without keys the whole value is. */
export function referredSecrets(services: readonly Service[]): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { name, key } of services.flatMap(secretReferences)) {
    const known = keys.get(name) ?? new Set();
    keys.set(name, key === undefined ? known : known.add(key));
  }
  return keys;
}

/** Paths of parameters that variables refer to or the manifest declares, with their values where it says one. */
export function referredParameters(manifest: SelectedManifest): ReadonlyMap<string, string | undefined> {
  const declared = [...manifest.parameters].map(([name, { value }]) => [name, value] as const);
  const referred = [...manifest.services.values()].flatMap(variablesOf).flatMap((variable) => {
    if (variable.kind === 'parameter') return [variable.parameter];
    if (variable.kind !== 'template') return [];
    return variable.pieces.flatMap((piece) => (piece.kind === 'parameter' ? [piece.parameter] : []));
  });
  return new Map([...referred.map((name) => [name, undefined] as const), ...declared]);
}

function secretReferences(service: Service): { name: string; key: string | undefined }[] {
  return variablesOf(service).flatMap((variable) => {
    if (variable.kind === 'secret') return [{ name: variable.secret, key: variable.key }];
    if (variable.kind !== 'template') return [];
    return variable.pieces.flatMap((piece) =>
      piece.kind === 'secret' ? [{ name: piece.secret, key: piece.key }] : [],
    );
  });
}

function variablesOf(service: Service) {
  const maps = [service.environment, ...service.migrations.map(({ environment }) => environment)];
  return maps.flatMap((map) => [...map.values()]);
}
