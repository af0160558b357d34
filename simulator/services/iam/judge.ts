import type { AuthorizationRequest, ConditionValues, Verdict } from '../../authorization.ts';
import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Principal } from '../../principal.ts';
import type { AuthorizationLog } from './authorization-log.ts';
import { callerArn } from './caller.ts';
import { evaluate } from './policy.ts';
import { carried, isAbout } from './reference/index.ts';
import type { KnownRole } from './roles.ts';

export type Judge = {
  /** Asks one question, and notes it. Throws where nobody asks: without a signature there is no one to be judged. */
  verdict(principal: Principal, cause: string, request: AuthorizationRequest): Verdict;
  /** Asks all. Throws AccessDeniedException in AWS's words for the first that is not allowed. */
  authorize(principal: Principal, cause: string, requests: readonly AuthorizationRequest[]): void;
};

/** IAM's decisions by the policies of the caller's role. */
export function createJudge(cloud: Cloud, roles: ReadonlyMap<string, KnownRole>, log: AuthorizationLog): Judge {
  const decide = (principal: Principal, request: AuthorizationRequest): Verdict => {
    if (principal.kind === 'anonymous')
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (principal.kind !== 'role') return principal.kind;
    if (!isAbout(request)) return 'not allowed';
    const conditions = { ...request.conditions, ...ofEveryCall(cloud, principal, request) };
    return evaluate(roles.get(principal.role)?.statements ?? [], { ...request, conditions });
  };

  const verdict: Judge['verdict'] = (principal, cause, request) => {
    const { action, resource } = request;
    const conditions = carried(request);
    const found = decide(principal, { ...request, conditions });
    log.note({ principal: callerArn(principal), cause, action, resource, conditions, verdict: found });
    return found;
  };

  return {
    verdict,
    authorize(principal, cause, requests) {
      for (const request of requests) {
        const found = verdict(principal, cause, request);
        if (found === 'denied' || found === 'not allowed') throw accessDenied(principal, request, found);
      }
    },
  };
}

type RoleSession = Extract<Principal, { kind: 'role' }>;

/** IAM itself is one for all regions. */
const regionOfIam = 'us-east-1';

function ofEveryCall(cloud: Cloud, session: RoleSession, request: AuthorizationRequest): ConditionValues {
  const { action, resource, via } = request;
  const owner = resource.split(':')[4] ?? '';
  return {
    'aws:PrincipalAccount': session.account,
    'aws:PrincipalArn': session.role,
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': action.startsWith('iam:') ? regionOfIam : cloud.region,
    'aws:ResourceAccount': owner === '' ? cloud.account : owner,
    ...(action.startsWith('s3:') ? { 's3:ResourceAccount': cloud.account } : {}),
    // AWS is reached by TLS alone; the simulator's loopback stands for it.
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': String(via !== undefined),
    ...(via === undefined ? {} : { 'aws:CalledVia': [via], 'aws:CalledViaFirst': via, 'aws:CalledViaLast': via }),
  };
}

/** These do not name a resource where the action has none; the others say `*`. */
const withoutStar = /^(ec2|elasticloadbalancing|secretsmanager):/;

/** In AWS's words. */
export function accessDenied(
  principal: Principal,
  { action, resource }: AuthorizationRequest,
  found: Verdict,
): AwsError {
  const on = resource === '*' && withoutStar.test(action) ? '' : ` on resource: ${resource}`;
  const because =
    found === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${callerArn(principal)} is not authorized to perform: ${action}${on} ${because}`,
  );
}
