import { outsideScope } from '../arn.ts';
import { ActionError, Findings } from '../errors.ts';
import type { Finding } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { isRegionVariable } from '../environment-names.ts';
import type { Environment, Manifest, Migration, Service, TemplatePiece, Variable } from './model.ts';

/** The manifest of one environment: `{environment}` and `{application}` are filled in wherever names may hold them. */
export type SelectedManifest = Omit<Manifest, 'environments' | 'version'> & { readonly environment: Environment };

/**
 * Throws E_INPUT for an environment that the manifest does not have, and `Findings` (E_SCOPE) for variables that lead to
 * another environment's account or region.
 */
export function selectEnvironment(manifest: Manifest, name: string): SelectedManifest {
  const environment = manifest.environments.get(name);
  if (environment === undefined) {
    throw new ActionError('E_INPUT', 'The manifest has no environment of this name.', {
      place: 'environment',
      remedy: `${didYouMean(name, manifest.environments.keys())} Add it under "environments", or choose a known one.`,
    });
  }
  refuseOtherPlaces(manifest, environment);
  const fill = (text: string): string =>
    text.replaceAll('{environment}', name).replaceAll('{application}', manifest.application);
  return {
    application: manifest.application,
    environment,
    services: mapValues(manifest.services, (service) => fillService(service, fill)),
    database: manifest.database && { ...manifest.database, secret: fill(manifest.database.secret) },
    cache: manifest.cache && { ...manifest.cache, secret: fill(manifest.cache.secret) },
    storage: mapValues(manifest.storage, (storage) => ({ ...storage, bucket: fill(storage.bucket) })),
    secrets: fillNames(manifest.secrets, fill),
    parameters: fillNames(manifest.parameters, fill),
    forbiddenEnvironment: manifest.forbiddenEnvironment,
    scanExceptions: manifest.scanExceptions,
  };
}

function refuseOtherPlaces({ services }: Manifest, environment: Environment): void {
  const variables = [...services.values()].flatMap((service) =>
    [service, ...service.migrations].flatMap((holder) => [...holder.environment.values()]),
  );
  const [first, ...rest] = new Map(
    variables.flatMap((variable) => {
      const outside = otherPlace(variable, environment);
      return outside === undefined ? [] : [[variable.place, scopeFinding(variable, outside)] as const];
    }),
  ).values();
  if (first !== undefined) throw new Findings([first, ...rest], `Environment ${environment.name}`);
}

function otherPlace(variable: Variable, environment: Environment): string | undefined {
  if (variable.kind === 'literal') {
    const isElsewhere = isRegionVariable(variable.name) && variable.value !== environment.region;
    return isElsewhere ? 'another region than the environment' : undefined;
  }
  const pieces = variable.kind === 'template' ? variable.pieces : [variable];
  return pieces
    .map((piece) => {
      const name = piece.kind === 'secret' ? piece.secret : piece.kind === 'parameter' ? piece.parameter : '';
      return name.startsWith('arn:') ? outsideScope(name, environment) : undefined;
    })
    .find((outside) => outside !== undefined);
}

function scopeFinding({ name, place }: Variable, outside: string): Finding {
  return {
    code: 'E_SCOPE',
    message: `${name} leads to ${outside}.`,
    remedy: 'Name what belongs to this environment, or use {environment} in the name.',
    place,
  };
}

type Fill = (text: string) => string;

function fillService(service: Service, fill: Fill): Service {
  return {
    ...service,
    environment: fillVariables(service.environment, fill),
    migrations: service.migrations.map((migration): Migration => ({
      ...migration,
      environment: fillVariables(migration.environment, fill),
    })),
  };
}

function fillVariables(variables: ReadonlyMap<string, Variable>, fill: Fill): ReadonlyMap<string, Variable> {
  return mapValues(variables, (variable): Variable => {
    switch (variable.kind) {
      case 'parameter':
        return { ...variable, parameter: fill(variable.parameter) };
      case 'secret':
        return { ...variable, secret: fill(variable.secret) };
      case 'template':
        return { ...variable, pieces: variable.pieces.map((piece) => fillPiece(piece, fill)) };
      default:
        return variable;
    }
  });
}

function fillPiece(piece: TemplatePiece, fill: Fill): TemplatePiece {
  if (piece.kind === 'secret') return { ...piece, secret: fill(piece.secret) };
  return piece.kind === 'parameter' ? { ...piece, parameter: fill(piece.parameter) } : piece;
}

function fillNames<Declared extends { readonly name: string }>(
  declared: ReadonlyMap<string, Declared>,
  fill: Fill,
): ReadonlyMap<string, Declared> {
  return new Map([...declared.values()].map((entry) => [fill(entry.name), { ...entry, name: fill(entry.name) }]));
}

function mapValues<From, To>(map: ReadonlyMap<string, From>, change: (value: From) => To): ReadonlyMap<string, To> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
