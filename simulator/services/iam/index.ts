import type { Cloud, Iam } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Principal, ServiceModule } from '../../operation.ts';
import { iamOperations } from './operations.ts';
import { evaluate } from './policy.ts';
import type { ConditionValues, Verdict } from './policy.ts';
import { oidcProviders } from './oidc-providers.ts';
import { iamResources } from './resources.ts';
import type { KnownRole } from './roles.ts';
import { AccessKeys } from './sessions.ts';

const githubIssuer = 'token.actions.githubusercontent.com';

/**
 * Roles, their policies and who holds which key. Roles come by provisioning; IAM's API only reads them. `trustsGithub`:
 * the account has the provider for GitHub's tokens from the start, not only once somebody has made it.
 */
export function createIam(cloud: Cloud, trustsGithub: boolean): ServiceModule<Iam> {
  const roles = new Map<string, KnownRole>();
  const accessKeys = new AccessKeys(cloud);
  const providers = oidcProviders(trustsGithub ? { [githubIssuer]: ['sts.amazonaws.com'] } : {});

  const verdict = (roleArn: string, action: string, resource: string, values: ConditionValues = {}): Verdict => {
    const known: ConditionValues = {
      'aws:RequestedRegion': cloud.region,
      'aws:ResourceAccount': cloud.account,
      ...values,
    };
    return evaluate(roles.get(roleArn)?.statements ?? [], action, resource, known);
  };

  const state: Iam = {
    roleByArn: (arn) => roles.get(arn),
    allows: (roleArn, action, resource) => verdict(roleArn, action, resource) === 'allowed',
    authorize(principal, action, resources, conditions) {
      if (principal.kind === 'root' || principal.kind === 'service') return;
      if (principal.kind === 'anonymous')
        throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      for (const resource of resources) {
        const found = verdict(principal.role, action, resource, conditions);
        if (found !== 'allowed') throw accessDenied(principal, action, resource, found);
      }
    },
    sessionFor(roleArn, sessionName, durationSeconds = 3600) {
      const role = roles.get(roleArn);
      if (role === undefined)
        throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, { status: 404 });
      return accessKeys.issue(role, sessionName, durationSeconds);
    },
    keyOf: (accessKeyId) => accessKeys.get(accessKeyId),
    audiencesOf: (issuerHost) => providers.audiencesOf(issuerHost),
  };

  return {
    services: [
      {
        name: 'iam',
        protocol: 'query',
        target: '2010-05-08',
        validationError: 'ValidationError',
        operations: iamOperations(roles),
      },
    ],
    state,
    resources: iamResources({ cloud, roles, providers }),
  };
}

/** ARN of the caller as AWS writes it into messages and GetCallerIdentity. */
export function callerArn(principal: Principal): string {
  if (principal.kind === 'root') return `arn:aws:iam::${principal.account}:root`;
  if (principal.kind !== 'role') return principal.kind;
  const roleName = principal.role.slice(principal.role.lastIndexOf('/') + 1);
  return `arn:aws:sts::${principal.account}:assumed-role/${roleName}/${principal.session}`;
}

function accessDenied(principal: Principal, action: string, resource: string, found: Verdict): AwsError {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const because =
    found === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${callerArn(principal)} is not authorized to perform: ${action}${on} ${because}`,
  );
}
