import type { TaskDefinition } from '../../../../lib/aws/task-definition-compose.ts';
import type { ResolvedConfig } from '../../../../lib/core/config.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import type { Service, Variable } from '../../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import { partitionOf, serviceUrl } from '../../../../lib/core/names.ts';
import { parseValueFrom } from '../../../../lib/core/value-from.ts';

export type KnownAbout = {
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  /** What the service runs; undefined where it runs nothing. */
  readonly running: TaskDefinition | undefined;
};

/**
 * What config-env would make of a service's variables, as far as it can be told without reading a secret or a parameter:
 * a literal or a reference to something else is a change; what only AWS knows is taken to be as it runs.
 */
export function configAsKnown(service: Service, known: KnownAbout): ResolvedConfig {
  const { application, environment } = known.manifest;
  const { name, account, region } = environment;
  const resolved = [...service.environment.values()].map((variable) => resolve(variable, service, known));
  const pick = (kind: Resolved['kind']) =>
    Object.fromEntries(resolved.filter((one) => one.kind === kind).map((one) => [one.name, one.text]));
  const own = { environment: pick('environment'), secrets: pick('secret'), migrations: [], derived: [] };
  return {
    schema: 1,
    application,
    environment: name,
    account,
    region,
    fingerprint: '',
    services: { [service.name]: own },
  };
}

/** A literal, or what a secret or parameter is referred to by. */
type Resolved = { readonly kind: 'environment' | 'secret'; readonly name: string; readonly text: string };

function resolve(variable: Variable, service: Service, { manifest, contract, running }: KnownAbout): Resolved {
  const { name } = variable;
  const now = asItRuns(name, service, running);
  switch (variable.kind) {
    case 'literal':
      return { kind: 'environment', name, text: variable.value };
    case 'service': {
      const port = manifest.services.get(variable.service)?.port;
      const { namespace } = contract.network;
      if (port === undefined || namespace === undefined) return now ?? unknown(name, `the service ${variable.service}`);
      return { kind: 'environment', name, text: serviceUrl(variable.service, namespace, port) };
    }
    case 'parameter':
      // A literal may be the parameter's value, put in by `inline-parameters`.
      return now?.kind === 'environment'
        ? now
        : { kind: 'secret', name, text: parameterArn(variable.parameter, manifest) };
    case 'secret':
      return now?.kind === 'secret' && leadsTo(now.text, variable)
        ? now
        : unknown(name, `the secret ${variable.secret}`);
    case 'template':
      return now ?? unknown(name, 'composed at the release');
  }
}

function asItRuns(name: string, service: Service, running: TaskDefinition | undefined): Resolved | undefined {
  const containers = running?.containerDefinitions ?? [];
  const container = containers.find((one) => one.name === service.name) ?? containers[0];
  const literal = container?.environment?.find((one) => one.name === name)?.value;
  if (literal !== undefined) return { kind: 'environment', name, text: literal };
  const reference = container?.secrets?.find((one) => one.name === name)?.valueFrom;
  return reference === undefined ? undefined : { kind: 'secret', name, text: reference };
}

/** Words stand where the ARN would: AWS ends those of secrets at random. */
function unknown(name: string, words: string): Resolved {
  return { kind: 'secret', name, text: words };
}

function leadsTo(valueFrom: string, { secret, key }: Extract<Variable, { kind: 'secret' }>): boolean {
  const source = parseValueFrom(valueFrom);
  if (source.kind !== 'secret' || source.key !== key) return false;
  return source.id === secret || source.id.slice(0, -randomEnd.length).endsWith(`:secret:${secret}`);
}

/** Hyphen and six characters. */
const randomEnd = '-AbCdEf';

function parameterArn(name: string, { environment: { account, region } }: SelectedManifest): string {
  return `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}
