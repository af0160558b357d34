import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';

/** A role as a template declares it, with every policy that hangs on it. */
export type TemplateRole = { readonly arn: string; readonly trust: object; readonly policies: readonly object[] };

export type Call = {
  readonly action: string;
  /** An ARN; `*` for actions that know no resource. */
  readonly on: string;
  /** Condition keys that the call carries, besides the region. */
  readonly with?: Readonly<Record<string, string | string[]>>;
};

type Declared = { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> };

/** Roles of a template by name. */
export function rolesOf(template: Template, account = '111122223333'): ReadonlyMap<string, TemplateRole> {
  const resources = Object.entries(template.toJSON()['Resources'] as Record<string, Declared>);
  return new Map(
    resources.flatMap(([id, { Type, Properties }]) => {
      if (Type !== 'AWS::IAM::Role') return [];
      const inline = (Properties['Policies'] ?? []) as { PolicyDocument: object }[];
      const attached = resources.flatMap(([, other]) =>
        /^AWS::IAM::(?:Managed)?Policy$/.test(other.Type) &&
        JSON.stringify(other.Properties['Roles']).includes(`"${id}"`)
          ? [other.Properties['PolicyDocument'] as object]
          : [],
      );
      const name = String(Properties['RoleName']);
      const policies = [...inline.map(({ PolicyDocument }) => PolicyDocument), ...attached];
      const trust = Properties['AssumeRolePolicyDocument'] as object;
      return [[name, { arn: `arn:aws:iam::${account}:role/${name}`, trust, policies }] as const];
    }),
  );
}

/** Every action that a role is granted, anywhere. */
export function actionsOf({ policies }: TemplateRole): readonly string[] {
  return policies.flatMap((policy) =>
    (policy as { Statement: { Action: string[] }[] }).Statement.flatMap((it) => it.Action),
  );
}

/** What IAM would say, by another's reading of AWS's documentation. Throws for a call that AWS does not know. */
export async function judge({ arn, policies }: TemplateRole, call: Call): Promise<'allowed' | 'denied'> {
  const session = arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/') + '/session';
  return simulate({
    request: {
      principal: session,
      action: call.action,
      resource: { resource: call.on, accountId: accountOf(call.on) ?? accountOf(arn)! },
      contextVariables: { 'aws:RequestedRegion': regionOf(call.on) ?? 'eu-west-1', ...call.with },
    },
    identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  });
}

/** Whether a token of an issuer, which the account has a provider for, takes the role with these claims. */
export function judgeToken(
  role: TemplateRole,
  claims: Readonly<Record<string, string>>,
  provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
): 'allowed' | 'denied' {
  const issuer = provider.slice(provider.indexOf('/') + 1);
  const keys = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${issuer}:${name}`, value]));
  return judgeTrust(role, { kind: 'Federated', name: provider, action: 'sts:AssumeRoleWithWebIdentity', keys });
}

/** Whether a service of AWS takes the role. */
export function judgeService(role: TemplateRole, service: string, keys: Keys): 'allowed' | 'denied' {
  return judgeTrust(role, { kind: 'Service', name: service, action: 'sts:AssumeRole', keys });
}

type Keys = Readonly<Record<string, string>>;
type Asking = {
  readonly kind: 'Federated' | 'Service';
  readonly name: string;
  readonly action: string;
  readonly keys: Keys;
};
type TrustStatement = { readonly Principal: Readonly<Record<string, string>> };

/**
 * The claims of a token are no condition keys that IAM's reference lists in full, and trust is no policy of whoever asks:
 * so the statements for whoever asks are judged as if they were one.
 */
function judgeTrust({ arn, trust }: TemplateRole, { kind, name, action, keys }: Asking): 'allowed' | 'denied' {
  const statements = (trust as { Statement: TrustStatement[] }).Statement;
  const own = statements.filter(({ Principal }) => Principal[kind] === name);
  const policy = {
    Version: '2012-10-17',
    Statement: own.map((statement) => ({ ...statement, Principal: undefined, Resource: '*' })),
  };
  const resource = { resource: arn, accountId: accountOf(arn)! };
  const request = { principal: arn, action, resource, contextVariables: { ...keys } };
  const others = { serviceControlPolicies: [], resourceControlPolicies: [] };
  const verdict = runUnsafeSimulation({ request, identityPolicies: [{ name: 'trust', policy }], ...others }, {});
  return verdict === 'Allowed' ? 'allowed' : 'denied';
}

async function simulate(simulation: Parameters<typeof runSimulation>[0]): Promise<'allowed' | 'denied'> {
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') {
    const { action, resource } = simulation.request;
    throw new Error(`${action} on ${resource.resource}: ${JSON.stringify(result.errors)}`);
  }
  return result.overallResult === 'Allowed' ? 'allowed' : 'denied';
}

const accountOf = (arn: string) => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
const regionOf = (arn: string) => /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(arn)?.[1];
