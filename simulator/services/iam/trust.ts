import type { AuthorizationRequest } from '../../authorization.ts';
import type { Applicant } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { evaluate, readPolicy, type Statement } from './policy.ts';

/** Whether a role's trust policy lets somebody assume it. */
export function mayAssume(
  trust: readonly Statement[],
  { kind, id }: Applicant,
  request: AuthorizationRequest,
): boolean {
  const concerned = trust.filter(({ principals }) => (principals[kind] ?? []).includes(id));
  return evaluate(concerned, request) === 'allowed';
}

/**
 * Reads a trust policy. Throws MalformedPolicyDocument, also for one that would let every repository of GitHub in: AWS
 * wants the subject or the workflow to be evaluated
 * (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html).
 */
export function readTrust(document: unknown): readonly Statement[] {
  const statements = readPolicy(document, 'trust');
  const open = statements.find((it) => it.allows && trustsGithub(it) && !namesWhom(it));
  if (open === undefined) return statements;
  throw new AwsError(
    'MalformedPolicyDocument',
    `A trust of ${githubHost} must evaluate ${githubHost}:sub or ${githubHost}:job_workflow_ref.`,
  );
}

const githubHost = 'token.actions.githubusercontent.com';

function trustsGithub({ principals }: Statement): boolean {
  return (principals['Federated'] ?? []).some((provider) => provider.endsWith(`:oidc-provider/${githubHost}`));
}

function namesWhom({ conditions }: Statement): boolean {
  const wanted = new Set([`${githubHost}:sub`, `${githubHost}:job_workflow_ref`]);
  return conditions.some(({ key }) => wanted.has(key));
}
