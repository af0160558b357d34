import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Environment, Manifest, Migration, Service, TemplatePiece, Variable } from './model.ts';

/** The manifest of one environment: `{environment}` and `{application}` are filled in wherever names may hold them. */
export type SelectedManifest = Omit<Manifest, 'environments' | 'version'> & { readonly environment: Environment };

/** Throws E_INPUT for an environment that the manifest does not have. */
export function selectEnvironment(manifest: Manifest, name: string): SelectedManifest {
  const environment = manifest.environments.get(name);
  if (environment === undefined) {
    throw new ActionError('E_INPUT', 'The manifest has no environment of this name.', {
      place: 'environment',
      remedy: `${didYouMean(name, manifest.environments.keys())} Add it under "environments", or choose a known one.`,
    });
  }
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
      case 'literal':
      case 'service':
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
