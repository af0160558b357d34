import { defaultForbiddenEnvironment } from '../environment-names.ts';
import { buildArchive, buildEnvironment } from './build-environment.ts';
import { buildService } from './build-service.ts';
import type { Surroundings } from './build-variable.ts';
import type { DeclaredParameter, DeclaredSecret, Manifest, Storage } from './model.ts';
import type { WrittenManifest } from './shape/manifest.ts';
import type { Path } from './tree.ts';

/** The checked manifest as the rest of Slipway knows it: every default filled in. */
export function buildManifest(written: WrittenManifest, place: (path: Path) => string): Manifest {
  const secrets = mapValues(written.secrets, buildSecret);
  const surroundings: Surroundings = {
    place,
    storage: Object.keys(written.storage ?? {}),
    minLengths: new Map(
      [...secrets].flatMap(([name, { minLength }]) => (minLength === undefined ? [] : [[name, minLength] as const])),
    ),
  };
  return {
    version: 1,
    application: written.application,
    environments: mapValues(written.environments, buildEnvironment),
    services: mapValues(written.services, (name, service) =>
      buildService(name, service, written.defaults ?? {}, surroundings),
    ),
    database: written.database && { ...written.database, engine: 'aurora-postgresql' },
    cache: written.cache && { ...written.cache, engine: 'redis' },
    storage: mapValues(written.storage, (_, storage) => buildStorage(storage)),
    secrets,
    parameters: mapValues(written.parameters, buildParameter),
    forbiddenEnvironment: written['forbidden-environment'] ?? defaultForbiddenEnvironment,
    scanExceptions: (written.scan?.exceptions ?? []).map(({ services = [], ...exception }) => ({
      ...exception,
      services,
    })),
  };
}

function buildStorage({
  bucket,
  'cors-origins': corsOrigins = [],
  archive,
}: NonNullable<WrittenManifest['storage']>[string]): Storage {
  return { bucket, corsOrigins, archive: buildArchive(archive) };
}

function buildSecret(
  name: string,
  { 'min-length': minLength, generate = false, keys = [] }: NonNullable<WrittenManifest['secrets']>[string],
): DeclaredSecret {
  return { name, minLength, generate, keys };
}

function buildParameter(name: string, written: NonNullable<WrittenManifest['parameters']>[string]): DeclaredParameter {
  return { name, value: typeof written === 'string' ? written : written.value };
}

function mapValues<Written, Built>(
  written: Readonly<Record<string, Written>> | undefined,
  build: (name: string, written: Written) => Built,
): ReadonlyMap<string, Built> {
  return new Map(Object.entries(written ?? {}).map(([name, value]) => [name, build(name, value)]));
}
