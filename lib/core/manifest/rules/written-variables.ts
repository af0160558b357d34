import { writtenMigrations } from '../build-service.ts';
import type { WrittenManifest, WrittenVariables } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';

export type WrittenVariable = { readonly path: Path; readonly name: string; readonly source: WrittenVariables[string] };

/** Every variable that a container may get: of defaults, services and migrations. */
export function writtenVariables({ defaults, services }: WrittenManifest): WrittenVariable[] {
  return [
    ...variables(['defaults', 'environment'], defaults?.environment),
    ...Object.entries(services).flatMap(([name, service]) => [
      ...variables(['services', name, 'environment'], service.environment),
      ...writtenMigrations(service).flatMap(({ value, path }) =>
        variables(['services', name, ...path, 'environment'], value.environment),
      ),
    ]),
  ];
}

function variables(path: Path, written: WrittenVariables | undefined): WrittenVariable[] {
  return Object.entries(written ?? {}).map(([name, source]) => ({ path: [...path, name], name, source }));
}
