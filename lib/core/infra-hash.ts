import type { Migration, Service, TemplatePiece, Variable } from './manifest/model.ts';
import type { SelectedManifest } from './manifest/select.ts';

/** By what an unchanged infrastructure is known, without asking for it. Lower-case hex. */
export type InfraHashes = {
  /** Of everything; the last stack publishes it. */
  readonly hash: string;
  /** Of what registries and roles come from; the delivery stack publishes it. */
  readonly registryHash: string;
};

/** A file of the code that makes the infrastructure: its path in Slipway, and what stands in it. */
export type SuiteFile = { readonly path: string; readonly text: string };

/**
 * Hashes of what the manifest says to the infrastructure and of the code that makes it. What is left out is known to
 * change no template (a test synthesises both and compares), so that a new literal or another number of tasks provisions
 * nothing. What is new in the manifest counts until someone leaves it out here.
 */
export function infraHashes(
  manifest: SelectedManifest,
  files: readonly SuiteFile[],
  sha256: (text: string) => string,
): InfraHashes {
  const code = files
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, text }) => `${path} ${sha256(text)}`);
  const hashOf = (part: unknown) => sha256([canonicalJson(part), ...code].join('\n'));
  return { hash: hashOf(infraPart(manifest)), registryHash: hashOf(registryPart(manifest)) };
}

/** All that some stack reads, as plain values. */
export function infraPart(manifest: SelectedManifest) {
  const { services } = manifest;
  return {
    ...without(manifest, 'forbiddenEnvironment', 'scanExceptions'),
    services: [...services.values()].map(servicePart),
  };
}

/** All that registries and roles read. */
export function registryPart(manifest: SelectedManifest) {
  const { environment, services, storage, ...rest } = infraPart(manifest);
  return {
    ...without(rest, 'parameters'),
    environment: without(environment, 'availabilityZones', 'domain', 'certificate', 'hostedZone', ...foundationAlone),
    services: services.map((service) => without(service, 'port', 'ingress', 'healthCheck', 'reaches')),
    storage: [...storage].map(([name, { bucket }]) => [name, bucket]),
  };
}

const foundationAlone = [
  'network',
  'nat',
  'endpoints',
  'flowLogs',
  'protection',
  'logRetentionDays',
  'alarms',
  'firewall',
  'loadBalancer',
  'databaseSize',
  'cacheSize',
] as const;

/** How an image is made and how many tasks run is the release's; so is the order of services. */
function servicePart(service: Service) {
  const ofReleases = ['build', 'cpu', 'memory', 'sizeIsWritten', 'desiredCount', 'scaling', 'spot', 'after'] as const;
  return {
    ...without(service, ...ofReleases),
    environment: referencesOf(service),
    migrations: service.migrations.map(referencesOf),
    reaches: reachedBy(service),
  };
}

/** Security groups let through what a variable says is called, under whatever name. */
function reachedBy({ environment, migrations }: Service): string[] {
  const variables = [environment, ...migrations.map((migration) => migration.environment)].flatMap((all) => [
    ...all.values(),
  ]);
  return [...new Set(variables.flatMap((it) => (it.kind === 'service' ? [it.service] : [])))].toSorted();
}

/** Roles may read what variables refer to. What a literal says, and what a template says around its values, is nobody's. */
function referencesOf({ environment }: Service | Migration): unknown[] {
  return [...environment.values()].flatMap((variable) => {
    const reference = referenceOf(variable);
    return reference === undefined ? [] : [[variable.name, reference]];
  });
}

function referenceOf(variable: Variable): unknown {
  switch (variable.kind) {
    case 'literal':
    case 'service':
      return undefined;
    case 'template':
      return variable.pieces.filter((piece: TemplatePiece) => piece.kind !== 'text');
    default:
      return without(variable, 'name', 'place');
  }
}

function without<Value extends object, Key extends keyof Value>(value: Value, ...keys: readonly Key[]) {
  const left = Object.entries(value).filter(([key]) => !keys.some((other) => other === key));
  // The keys that are gone are gone from the type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(left) as Omit<Value, Key>;
}

/** The same text for the same content: keys in order, maps as lists of pairs in the order of the file. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (inner instanceof Map) return [...inner];
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}
