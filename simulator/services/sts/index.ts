import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import { callerArn } from '../iam/index.ts';
import { mayAssume } from '../iam/trust.ts';
import { verifyWebIdentity } from './web-identity.ts';

const assumeRoleWithWebIdentity = operation({
  input: z.strictObject({
    RoleArn: z.string().min(20).max(2048),
    RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 of [\\w+=,.@-]'),
    WebIdentityToken: z.string().min(4).max(20_000),
    DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
  }),
  unsigned: true,
  secretMembers: ['WebIdentityToken'],
  run({ RoleArn, RoleSessionName, WebIdentityToken, DurationSeconds }, { cloud }) {
    const { issuerHost, claims } = verifyWebIdentity(WebIdentityToken, cloud);
    const role = cloud.iam.roleByArn(RoleArn);
    // AWS says the same for a role that does not exist, so that nobody can find out which ones do.
    if (role === undefined || !mayAssume(role, cloud.account, issuerHost, claims)) throw notAuthorized();
    if (DurationSeconds > role.maxSessionSeconds) {
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      );
    }
    const session = cloud.iam.sessionFor(RoleArn, RoleSessionName, DurationSeconds);
    const { principal } = cloud.iam.keyOf(session.AccessKeyId)!;
    return {
      Credentials: {
        AccessKeyId: session.AccessKeyId,
        SecretAccessKey: session.SecretAccessKey,
        SessionToken: session.Token,
        Expiration: session.Expiration,
      },
      SubjectFromWebIdentityToken: claims['sub'],
      AssumedRoleUser: { AssumedRoleId: `AROASIMULATED:${RoleSessionName}`, Arn: callerArn(principal) },
      Provider: `arn:aws:iam::${cloud.account}:oidc-provider/${issuerHost}`,
      Audience: claims['aud'],
    };
  },
});

const getCallerIdentity = operation({
  input: z.strictObject({}),
  // AWS lets everybody ask who they are, whatever their policies say.
  resources: () => [],
  run: (_, { cloud, principal }) => ({
    UserId: principal.kind === 'role' ? `AROASIMULATED:${principal.session}` : cloud.account,
    Account: cloud.account,
    Arn: callerArn(principal),
  }),
});

/** Security Token Service: GitHub's token for a role session, and who one is. */
export function createSts(): ServiceModule<undefined> {
  return {
    services: [
      {
        name: 'sts',
        protocol: 'query',
        target: '2011-06-15',
        validationError: 'ValidationError',
        operations: {
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
