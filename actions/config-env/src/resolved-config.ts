import type { ResolvedConfig, ServiceConfig } from '../../../lib/core/config.ts';
import type { Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import type { WrittenSecret } from './apply.ts';
import { sha256 } from './derived.ts';
import type { ResolvedVariable } from './plan.ts';

export type ConfigBasis = {
  readonly manifest: SelectedManifest;
  readonly services: readonly Service[];
  readonly variables: readonly ResolvedVariable[];
  readonly derived: ReadonlyMap<string, WrittenSecret>;
};

/** Puts together what the later steps need: references and literals, and a fingerprint that a rotation changes. */
export function buildConfig({ manifest, services, variables, derived }: ConfigBasis): ResolvedConfig {
  const configured = services.map((service): [string, ServiceConfig] => {
    const own = variables.filter((variable) => variable.service.name === service.name);
    return [service.name, configureService(service, own, derived)];
  });
  const versions = variables.map(({ resolution }) => versionOf(resolution, derived));
  return {
    schema: 1,
    application: manifest.application,
    environment: manifest.environment.name,
    account: manifest.environment.account,
    region: manifest.environment.region,
    fingerprint: sha256(JSON.stringify([configured, versions])),
    services: Object.fromEntries(configured),
  };
}

function configureService(
  service: Service,
  variables: readonly ResolvedVariable[],
  derived: ReadonlyMap<string, WrittenSecret>,
): ServiceConfig {
  const shared = variables.filter(({ migration }) => migration === undefined);
  const used = [...new Map(variables.flatMap((one) => derivedEntry(one, derived))).values()];
  return {
    ...split(shared, derived),
    migrations: service.migrations.map((_migration, at) =>
      split([...shared, ...variables.filter(({ migration }) => migration === at)], derived),
    ),
    derived: used,
  };
}

/** A later variable of the same name replaces an earlier one, whichever of the two kinds it is. */
function split(
  variables: readonly ResolvedVariable[],
  derived: ReadonlyMap<string, WrittenSecret>,
): Pick<ServiceConfig, 'environment' | 'secrets'> {
  const byName = new Map(variables.map(({ variable, resolution }) => [variable.name, resolution]));
  const environment: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const [name, resolution] of byName) {
    if (resolution.kind === 'environment') environment[name] = resolution.value;
    else if (resolution.kind === 'secret') secrets[name] = resolution.reference;
    else secrets[name] = writtenOf(resolution.derived.name, derived).arn;
  }
  return { environment, secrets };
}

function derivedEntry(
  { variable, resolution }: ResolvedVariable,
  derived: ReadonlyMap<string, WrittenSecret>,
): [string, ServiceConfig['derived'][number]][] {
  if (resolution.kind !== 'derived') return [];
  const { name, arn, versionId } = writtenOf(resolution.derived.name, derived);
  return [[name, { variable: variable.name, name, arn, versionId }]];
}

function versionOf(resolution: ResolvedVariable['resolution'], derived: ReadonlyMap<string, WrittenSecret>): string {
  if (resolution.kind === 'derived') return writtenOf(resolution.derived.name, derived).versionId;
  return resolution.version ?? '';
}

function writtenOf(name: string, derived: ReadonlyMap<string, WrittenSecret>): WrittenSecret {
  const written = derived.get(name);
  if (written === undefined) throw new Error(`The derived secret ${name} was planned, but is not there.`);
  return written;
}
