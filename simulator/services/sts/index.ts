import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import { callerArn } from '../iam/caller.ts';
import { assumeRole } from './assume-role.ts';
import { durationFor, roleSession, sessionAnswer } from './role-session.ts';
import { claimConditions, verifyWebIdentity } from './web-identity.ts';

const assumeRoleWithWebIdentity = operation({
  input: z.strictObject({
    ...roleSession,
    WebIdentityToken: z.string().min(4).max(20_000),
  }),
  unsigned: true,
  secretMembers: ['WebIdentityToken'],
  run({ RoleArn, RoleSessionName, WebIdentityToken, DurationSeconds }, { cloud }) {
    const { issuerHost, claims } = verifyWebIdentity(WebIdentityToken, cloud);
    const provider = `arn:aws:iam::${cloud.account}:oidc-provider/${issuerHost}`;
    const applicant = { kind: 'Federated', id: provider } as const;
    const conditions = { ...claimConditions(issuerHost, claims), 'sts:RoleSessionName': RoleSessionName };
    // AWS says the same for a role that does not exist, so that nobody can find out which ones do.
    if (!cloud.iam.trusts(RoleArn, applicant, 'sts:AssumeRoleWithWebIdentity', conditions)) throw notAuthorized();
    const session = cloud.iam.sessionFor(RoleArn, RoleSessionName, durationFor(cloud, RoleArn, DurationSeconds));
    return {
      ...sessionAnswer(cloud, session, RoleSessionName),
      SubjectFromWebIdentityToken: claims['sub'],
      Provider: provider,
      Audience: claims['aud'],
    };
  },
});

const getCallerIdentity = operation({
  input: z.strictObject({}),
  // AWS lets everybody ask who they are, whatever their policies say.
  resources: () => [],
  run(_, { cloud, principal }) {
    cloud.iam.note(principal, 'sts:GetCallerIdentity', { action: 'sts:GetCallerIdentity', resource: '*' });
    return {
      UserId: principal.kind === 'role' ? `AROASIMULATED:${principal.session}` : cloud.account,
      Account: cloud.account,
      Arn: callerArn(principal),
    };
  },
});

/** Security Token Service: a role session for GitHub's token or for another session, and who one is. */
export function createSts(): ServiceModule<undefined> {
  return {
    services: [
      {
        name: 'sts',
        protocol: 'query',
        target: '2011-06-15',
        validationError: 'ValidationError',
        operations: {
          AssumeRole: assumeRole,
          AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
          GetCallerIdentity: getCallerIdentity,
        },
      },
    ],
    state: undefined,
    resources: {},
  };
}

function notAuthorized(): AwsError {
  return new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', { status: 403 });
}
