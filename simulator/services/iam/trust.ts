import type { Role } from '../../cloud.ts';
import { conditionsHold, readPolicy } from './policy.ts';
import type { Statement } from './policy.ts';

/** Whether a role's trust policy lets a token of this issuer, with these claims, assume it. */
export function mayAssume(
  role: Role,
  account: string,
  issuerHost: string,
  claims: Readonly<Record<string, string>>,
): boolean {
  const provider = `arn:aws:iam::${account}:oidc-provider/${issuerHost}`;
  const values = Object.fromEntries(Object.entries(claims).map(([name, value]) => [`${issuerHost}:${name}`, value]));
  const applying = readPolicy(role.trust).filter(
    (statement) =>
      statement.Action.includes('sts:AssumeRoleWithWebIdentity') &&
      (statement.Principal?.['Federated'] ?? []).includes(provider) &&
      conditionsHold(statement, values),
  );
  return applying.some(allows) && !applying.some((it) => !allows(it));
}

const allows = (statement: Statement) => statement.Effect === 'Allow';
