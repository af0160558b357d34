import type { Cloud, Iam } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import { AuthorizationLog } from './authorization-log.ts';
import { callerArn } from './caller.ts';
import { createJudge } from './judge.ts';
import { iamOperations } from './operations.ts';
import { oidcProviders } from './oidc-providers.ts';
import { carried } from './reference/index.ts';
import { iamResources } from './resources.ts';
import type { KnownRole } from './roles.ts';
import { AccessKeys } from './sessions.ts';
import { mayAssume } from './trust.ts';

const githubIssuer = 'token.actions.githubusercontent.com';

/**
 * Roles, their policies and who holds which key. Roles come by provisioning; IAM's API only reads them. `trustsGithub`:
 * the account has the provider for GitHub's tokens from the start, not only once somebody has made it.
 */
export function createIam(cloud: Cloud, trustsGithub: boolean): ServiceModule<Iam> {
  const roles = new Map<string, KnownRole>();
  const accessKeys = new AccessKeys(cloud);
  const providers = oidcProviders(trustsGithub ? { [githubIssuer]: ['sts.amazonaws.com'] } : {});

  const log = new AuthorizationLog();
  const judge = createJudge(cloud, roles, log);

  const state: Iam = {
    ...judge,
    roleByArn: (arn) => roles.get(arn),
    trusts(roleArn, applicant, cause, conditions) {
      const action = applicant.kind === 'Federated' ? 'sts:AssumeRoleWithWebIdentity' : 'sts:AssumeRole';
      const request = { action, resource: roleArn, conditions };
      const isTrusted = mayAssume(roles.get(roleArn)?.trustStatements ?? [], applicant, request);
      const verdict = isTrusted ? 'allowed' : 'not allowed';
      log.note({ principal: applicant.id, cause, action, resource: roleArn, conditions: carried(request), verdict });
      return isTrusted;
    },
    note: (principal, cause, { action, resource, conditions = {} }) =>
      log.note({ principal: callerArn(principal), cause, action, resource, conditions, verdict: 'allowed' }),
    authorizations: () => log.all(),
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
