import type { Role } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { conditionsHold, matches, readPolicy } from './policy.ts';
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
      statement.Action.some((pattern) => matches('sts:assumerolewithwebidentity', pattern.toLowerCase())) &&
      (statement.Principal?.['Federated'] ?? []).includes(provider) &&
      conditionsHold(statement, values),
  );
  return applying.some(allows) && !applying.some((it) => !allows(it));
}

/**
 * Reads a trust policy. Throws MalformedPolicyDocument, also for one that would let every repository of GitHub in: AWS
 * wants the subject or the workflow to be evaluated
 * (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html).
 */
export function readTrust(document: unknown): readonly Statement[] {
  const statements = readPolicy(document);
  const open = statements.find((it) => allows(it) && trustsGithub(it) && !namesWhom(it));
  if (open === undefined) return statements;
  throw new AwsError(
    'MalformedPolicyDocument',
    `A trust of ${githubHost} must evaluate ${githubHost}:sub or ${githubHost}:job_workflow_ref.`,
  );
}

const githubHost = 'token.actions.githubusercontent.com';

function trustsGithub({ Principal }: Statement): boolean {
  return (Principal?.['Federated'] ?? []).some((provider) => provider.endsWith(`:oidc-provider/${githubHost}`));
}

function namesWhom({ Condition = {} }: Statement): boolean {
  const wanted = new Set([`${githubHost}:sub`, `${githubHost}:job_workflow_ref`]);
  return Object.values(Condition).some((entries) => Object.keys(entries).some((key) => wanted.has(key.toLowerCase())));
}

const allows = (statement: Statement) => statement.Effect === 'Allow';
