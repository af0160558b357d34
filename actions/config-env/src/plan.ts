import type { Contract } from '../../../lib/core/contract.ts';
import { ActionError, type Finding, Findings } from '../../../lib/core/errors.ts';
import { forbiddenMatch, isRegionVariable } from '../../../lib/core/environment-names.ts';
import { literalSecret } from '../../../lib/core/literal-secret.ts';
import type { Variable } from '../../../lib/core/manifest/model.ts';
import { serviceUrl } from '../../../lib/core/names.ts';
import { composeTemplate, type DerivedSecret } from './derived.ts';
import { findParameter, findSecret, type Trouble } from './lookup.ts';
import type { UsedVariable } from './references.ts';
import type { Composition } from './template-pieces.ts';
import { bytesOf, checkText, largestEnvironmentBytes } from './values.ts';

/** A variable and what a task definition will say about it. */
export type ResolvedVariable = UsedVariable & { readonly resolution: Resolution };

export type Resolution =
  | { readonly kind: 'environment'; readonly value: string; readonly version: string | undefined }
  /** `reference` is the valueFrom; `version` what it held when it was checked. */
  | {
      readonly kind: 'secret';
      readonly reference: string;
      readonly version: string;
      readonly unchecked: boolean;
      /** Where it was read. Confidential. */
      readonly value: string | undefined;
    }
  | { readonly kind: 'derived'; readonly derived: DerivedSecret };

export type ResolvedVariables = {
  readonly variables: readonly ResolvedVariable[];
  /** Passwords, tokens and whole composed values, to be masked before anything else happens. */
  readonly confidential: readonly string[];
  /** What could not be checked, in words. */
  readonly warnings: readonly string[];
};

/** What is needed to resolve a parameter or a secret. */
export type ReferenceWorld = Pick<Composition, 'observed' | 'forbidden' | 'region'> & {
  readonly inlineParameters: boolean;
  /** Values leave this step: a SecureString's, too, was read then. */
  readonly exported: boolean;
};

export type ResolutionWorld = Composition &
  ReferenceWorld & {
    readonly portOf: (service: string) => number | undefined;
  };

/** Decides what every variable becomes. Throws Findings with all that is wrong, in the manifest's order. */
export function resolveVariables(variables: readonly UsedVariable[], world: ResolutionWorld): ResolvedVariables {
  const findings: Finding[] = [];
  const resolved: ResolvedVariable[] = [];
  const confidential = new Set<string>();
  for (const used of variables) {
    const { resolution, troubles, secrets = [] } = resolve(used, world);
    for (const secret of secrets) confidential.add(secret);
    if (resolution !== undefined) resolved.push({ ...used, resolution });
    for (const trouble of troubles ?? []) {
      const whose = `${used.service.name}.${used.variable.name}`;
      findings.push({ ...withoutOk(trouble), message: `${whose}: ${trouble.message}`, place: used.variable.place });
    }
  }
  findings.push(...tooLargeEnvironments(resolved));
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], 'The environment is not complete');
  return { variables: resolved, confidential: [...confidential], warnings: uncheckedWarnings(resolved) };
}

type Resolving = { resolution?: Resolution; troubles?: readonly Trouble[]; secrets?: readonly string[] };

function resolve({ service, variable }: UsedVariable, world: ResolutionWorld): Resolving {
  const match = forbiddenMatch(variable.name, world.forbidden);
  if (match !== undefined) {
    return refused(
      'E_POLICY',
      `the name amounts to ${match}, which must be absent.`,
      'Remove the variable; setting it to false is not enough.',
    );
  }
  switch (variable.kind) {
    case 'literal':
      return literal(variable.value);
    case 'parameter':
      return resolveParameter(variable, world);
    case 'secret':
      return resolveSecret(variable, world);
    case 'service':
      return resolveServiceUrl(variable.service, world);
    case 'template':
      return resolveTemplate(service.name, variable, world);
  }
}

function literal(value: string): Resolving {
  // Blank and empty literals are the manifest's own business.
  const broken = value.trim() === value && value !== '' ? checkText(value) : undefined;
  if (broken !== undefined) return refused('E_CONFIG', `the value ${broken.message}.`, broken.remedy);
  return { resolution: { kind: 'environment', value, version: undefined } };
}

function resolveParameter(
  { name: variable, parameter }: Extract<Variable, { kind: 'parameter' }>,
  { observed, forbidden, inlineParameters, region, exported }: ReferenceWorld,
): Resolving {
  const found = findParameter(observed, parameter, forbidden);
  if (!found.ok) return { troubles: [found] };
  const { arn, version, value, secure } = found.parameter;
  if (isRegionVariable(variable) && !secure && value !== region)
    return refused(
      'E_SCOPE',
      `the parameter ${parameter} says another region than the manifest.`,
      'Correct one of them.',
    );
  if (inlineParameters && !secure) return inlined(variable, value, String(version));
  const reference = { reference: arn, version: String(version), unchecked: false, value };
  return { resolution: { kind: 'secret', ...reference }, secrets: secure && exported ? [value] : [] };
}

/** In plain sight in the task definition, so nothing that looks like a secret. */
function inlined(variable: string, value: string, version: string): Resolving {
  const why = literalSecret(value, variable);
  if (why === undefined) return { resolution: { kind: 'environment', value, version } };
  return refused('E_POLICY', `its parameter would stand in plain sight, and ${why}.`, 'Make it a SecureString.');
}

function resolveSecret(
  { secret, key, minLength }: Extract<Variable, { kind: 'secret' }>,
  { observed, forbidden }: ReferenceWorld,
): Resolving {
  const found = findSecret(observed, { name: secret, key, minLength }, forbidden);
  if (!found.ok) return { troubles: [found] };
  const { arn, version, unchecked, value } = found;
  // All colons stay: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
  const reference = key === undefined ? arn : `${arn}:${key}::`;
  return {
    resolution: { kind: 'secret', reference, version, unchecked, value },
    secrets: value === undefined ? [] : [value],
  };
}

function resolveServiceUrl(name: string, { contract, portOf }: ResolutionWorld): Resolving {
  const port = portOf(name);
  const { namespace } = contract.network;
  if (port === undefined)
    return refused('E_MANIFEST', `the service ${name} has no port.`, 'Give it a `port` in the manifest.');
  if (namespace === undefined)
    return refused('E_STATE', 'infra publishes no Cloud Map namespace.', 'Run the infra job.');
  return { resolution: { kind: 'environment', value: serviceUrl(name, namespace, port), version: undefined } };
}

function resolveTemplate(
  service: string,
  { name, template, pieces }: Extract<Variable, { kind: 'template' }>,
  world: ResolutionWorld,
): Resolving {
  const composed = composeTemplate({ service, variable: name, template, pieces }, world);
  switch (composed.kind) {
    case 'troubles':
      return { troubles: composed.troubles };
    case 'literal':
      return { resolution: { kind: 'environment', value: composed.value, version: undefined } };
    case 'derived':
      return { resolution: { kind: 'derived', derived: composed.derived }, secrets: composed.confidential };
  }
}

function tooLargeEnvironments(resolved: readonly ResolvedVariable[]): Finding[] {
  const sizes = new Map<string, number>();
  for (const { service, variable, resolution } of resolved) {
    const value =
      resolution.kind === 'environment'
        ? resolution.value
        : resolution.kind === 'derived'
          ? resolution.derived.value
          : '';
    sizes.set(service.name, (sizes.get(service.name) ?? 0) + bytesOf(variable.name) + bytesOf(value) + 2);
  }
  return [...sizes]
    .filter(([, bytes]) => bytes > largestEnvironmentBytes)
    .map(([name]) => ({
      code: 'E_CONFIG',
      message: `${name}: all variables together are larger than 128 KB.`,
      remedy: 'Keep large data in S3.',
      place: name,
    }));
}

function uncheckedWarnings(resolved: readonly ResolvedVariable[]): readonly string[] {
  return resolved
    .filter(({ resolution }) => resolution.kind === 'secret' && resolution.unchecked)
    .map(({ service, variable }) => {
      return `${service.name}.${variable.name}: the secret is there, but this role may not read it, so its JSON key is not checked.`;
    });
}

/** What the contract of a rehearsal leaves out must never pass for the real thing. */
export function checkNotSimulated({ notSimulated }: Contract, { rehearsal }: { rehearsal: boolean }): void {
  if (notSimulated.length === 0 || rehearsal) return;
  throw new ActionError(
    'E_POLICY',
    `The infra contract says that ${notSimulated.join(', ')} is not there (notSimulated).`,
    {
      remedy: 'That is for rehearsals only: run the infra job of this environment.',
    },
  );
}

function refused(code: Trouble['code'], message: string, remedy: string): Resolving {
  return { troubles: [{ code, message, remedy }] };
}

function withoutOk({ code, message, remedy }: Trouble): Trouble {
  return { code, message, remedy };
}
