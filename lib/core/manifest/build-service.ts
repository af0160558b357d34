import { buildVariables } from './build-variable.ts';
import type { Surroundings } from './build-variable.ts';
import type { Build, HealthCheck, Migration, Service } from './model.ts';
import type { WrittenManifest, WrittenService } from './shape/manifest.ts';
import type { Path } from './tree.ts';

type WrittenDefaults = NonNullable<WrittenManifest['defaults']>;
type WrittenMigration = Exclude<NonNullable<WrittenService['migrate']>, readonly unknown[]>;

/** The manifest's own values, then those of `defaults`, then Slipway's. */
export function buildService(
  name: string,
  written: WrittenService,
  defaults: WrittenDefaults,
  surroundings: Surroundings,
): Service {
  const path: Path = ['services', name];
  return {
    name,
    build: buildBuild(written, defaults),
    port: written.port,
    ingress: written.ingress === 'none' ? undefined : written.ingress,
    cpu: written.cpu ?? defaults.cpu ?? 256,
    memory: written.memory ?? defaults.memory ?? 512,
    sizeIsWritten: [written.cpu, written.memory, defaults.cpu, defaults.memory].some((size) => size !== undefined),
    desiredCount: written['desired-count'] ?? defaults['desired-count'] ?? 1,
    scaling: buildScaling(written.scaling),
    spot: written.spot ?? defaults.spot ?? false,
    healthCheck: buildHealthCheck(written, defaults),
    after: written.after ?? [],
    storage: new Map(Object.entries(written.storage ?? {})),
    migrations: writtenMigrations(written).map(({ value, path: below }) =>
      buildMigration(value, [...path, ...below], surroundings),
    ),
    environment: new Map([
      ...buildVariables(defaults.environment, ['defaults', 'environment'], surroundings),
      ...buildVariables(written.environment, [...path, 'environment'], surroundings),
    ]),
  };
}

export function buildBuild({ build = {} }: WrittenService, defaults: WrittenDefaults): Build {
  const context = normalPath(build.context ?? '.');
  return {
    context,
    dockerfile:
      build.dockerfile !== undefined
        ? normalPath(build.dockerfile)
        : context === '.'
          ? 'Dockerfile'
          : `${context}/Dockerfile`,
    target: build.target,
    args: new Map(Object.entries(build.args ?? {})),
    secrets: build.secrets ?? [],
    platforms: build.platforms ?? defaults.build?.platforms ?? ['linux/amd64'],
    written: new Set(Object.keys(build)),
  };
}

/** A single migration is a list of one; each with its path below the service. */
export function writtenMigrations({ migrate }: WrittenService): { value: WrittenMigration; path: Path }[] {
  if (migrate === undefined) return [];
  if (!Array.isArray(migrate)) return [{ value: migrate, path: ['migrate'] }];
  return migrate.map((value, index) => ({ value, path: ['migrate', index] }));
}

/** `./services/web/` is `services/web`. */
function normalPath(path: string): string {
  return path.replace(/^\.\/(?=.)/, '').replace(/\/$/, '');
}

/** Undefined members are left out, as the model's exact optional members want. */
function buildScaling(written: WrittenService['scaling']): Service['scaling'] {
  if (written === undefined) return undefined;
  const { min, max, cpu, memory, requests } = written;
  return {
    min,
    max,
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(requests === undefined ? {} : { requests }),
  };
}

function buildHealthCheck(service: WrittenService, defaults: WrittenDefaults): HealthCheck | undefined {
  const own = service['health-check'];
  const shared = defaults['health-check'];
  if (own === 'none' || (own === undefined && shared === 'none')) return undefined;
  const written = { ...(shared === 'none' ? undefined : shared), ...own };
  if (service.port === undefined && written.command === undefined) return undefined;
  return {
    path: written.path ?? '/health/ready',
    command: written.command,
    intervalSeconds: written['interval-seconds'] ?? 30,
    timeoutSeconds: written['timeout-seconds'] ?? 5,
    retries: written.retries ?? 3,
    startPeriodSeconds: written['start-period-seconds'] ?? 30,
  };
}

function buildMigration(written: WrittenMigration, path: Path, surroundings: Surroundings): Migration {
  return {
    phase: written.phase ?? 'expand',
    command: written.command,
    timeoutMinutes: written['timeout-minutes'] ?? 15,
    schema: written.schema,
    environment: buildVariables(written.environment, [...path, 'environment'], surroundings),
  };
}
