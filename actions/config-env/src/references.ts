import type { Contract } from '../../../lib/core/contract.ts';
import type { Service, TemplatePiece, Variable } from '../../../lib/core/manifest/model.ts';

/** What has to be looked up in AWS before anything can be said about the variables. */
export type References = {
  /** SSM names of which only the ARN matters. */
  readonly parameters: ReadonlySet<string>;
  /** SSM names whose value goes into a template. */
  readonly openParameters: ReadonlySet<string>;
  /** Secrets of which only ARN and version matter. */
  readonly secrets: ReadonlySet<string>;
  /** Secrets whose value must be read: for a template, or because the manifest asks for a check. */
  readonly openSecrets: ReadonlySet<string>;
  /** Secrets that are read for a check when the role may, and else only described. */
  readonly checkedSecrets: ReadonlySet<string>;
};

/** A variable and where it is used: by the service itself, or by one of its migrations only. */
export type UsedVariable = {
  readonly service: Pick<Service, 'name'>;
  readonly variable: Variable;
  readonly migration: number | undefined;
};

/** Every variable of the services, in the manifest's order; a migration's own come after the service's. */
export function variablesOf(services: Iterable<Service>): readonly UsedVariable[] {
  return [...services].flatMap((service) => [
    ...[...service.environment.values()].map((variable) => ({ service, variable, migration: undefined })),
    ...service.migrations.flatMap((migration, at) =>
      [...migration.environment.values()].map((variable) => ({ service, variable, migration: at })),
    ),
  ]);
}

export function collectReferences(
  variables: readonly Variable[],
  contract: Contract,
  { checkValues, exported }: { checkValues: boolean; exported: boolean },
): References {
  const parameters = new Set<string>();
  const openParameters = new Set<string>();
  const secrets = new Set<string>();
  const openSecrets = new Set<string>();
  const checkedSecrets = new Set<string>();
  for (const variable of variables) {
    if (variable.kind === 'parameter') (exported ? openParameters : parameters).add(variable.parameter);
    if (variable.kind === 'secret') {
      const wanted = exported
        ? openSecrets
        : !checkValues
          ? secrets
          : variable.minLength !== undefined
            ? openSecrets
            : checkedSecrets;
      const isPlain = variable.minLength === undefined && variable.key === undefined && !exported;
      (isPlain ? secrets : wanted).add(variable.secret);
    }
    if (variable.kind === 'template') {
      for (const piece of variable.pieces) {
        if (piece.kind === 'parameter') openParameters.add(piece.parameter);
        const secret = secretOf(piece, contract);
        if (secret !== undefined) openSecrets.add(secret.name);
      }
    }
  }
  return {
    openParameters,
    parameters: without(parameters, openParameters),
    openSecrets,
    checkedSecrets: without(checkedSecrets, openSecrets),
    secrets: without(secrets, openSecrets, checkedSecrets),
  };
}

/** The secret that a piece's value comes from; undefined for everything that is no secret, or not published. */
export function secretOf(
  piece: TemplatePiece,
  contract: Contract,
): { name: string; key: string | undefined } | undefined {
  if (piece.kind === 'secret') return { name: piece.secret, key: piece.key };
  if (piece.kind !== 'infra') return undefined;
  const { database, cache } = contract;
  if (piece.name === 'database.username' && database !== undefined) return { name: database.secret, key: 'username' };
  if (piece.name === 'database.password' && database !== undefined) return { name: database.secret, key: 'password' };
  if (piece.name === 'cache.token' && cache !== undefined) return { name: cache.secret, key: undefined };
  return undefined;
}

function without(names: ReadonlySet<string>, ...others: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set([...names].filter((name) => !others.some((other) => other.has(name))));
}
