import { AssumeRoleWithWebIdentityCommand, STSClient, type Credentials as StsCredentials } from '@aws-sdk/client-sts';
import { ActionError } from '../core/errors.ts';
import type { Chance, Clock, Log } from '../core/world.ts';
import { describeAwsError, isNamed } from './errors.ts';
import { defaultDeadlineMs, retrying } from './retry.ts';
import { patience, type AwsKeys, type Credentials, type RequestHandler } from './session.ts';
import { describeClaims } from './web-identity.ts';

export type GithubCredentialsOptions = {
  readonly roleArn: string;
  /** 2–64 of `[\w+=,.@-]`: what CloudTrail shows. */
  readonly sessionName: string;
  /** 900–43200. */
  readonly durationSeconds: number;
  readonly audience: string;
  /** A new OIDC token of the job, for every attempt: a token outlives few retries. */
  readonly idToken: (audience: string) => Promise<string>;
  /** Called with every secret part before its first use: some of AWS's errors repeat what was signed. */
  readonly mask: (value: string) => void;
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly requestHandler?: RequestHandler | undefined;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
};

/** After this part of their life, credentials are fetched anew, so that none expires in the middle of a request. */
const refreshAt = 0.8;

/**
 * The role's credentials by GitHub's OIDC token (STS AssumeRoleWithWebIdentity). They stay inside this process:
 * nothing is exported to the job. One exchange serves all clients; many requests at once wait for the same one.
 */
export function githubCredentials(options: GithubCredentialsOptions): Credentials {
  let held: { keys: AwsKeys; refreshAfterMs: number } | undefined;
  let exchange: Promise<AwsKeys> | undefined;

  const fetchKeys = async (): Promise<AwsKeys> => {
    const keys = await assumeRole(options);
    const now = options.clock.now();
    const lifeMs = keys.expiration === undefined ? 0 : keys.expiration.getTime() - now;
    held = { keys, refreshAfterMs: now + lifeMs * refreshAt };
    return keys;
  };

  const provide = async (): Promise<AwsKeys> => {
    if (held !== undefined && options.clock.now() < held.refreshAfterMs) return held.keys;
    exchange ??= fetchKeys().finally(() => (exchange = undefined));
    return exchange;
  };

  return Object.assign(provide, { renew: () => (held = undefined), memoized: true });
}

async function assumeRole(options: GithubCredentialsOptions): Promise<AwsKeys> {
  const { roleArn, sessionName, durationSeconds, audience, region, endpoint, requestHandler = patience } = options;
  const sts = new STSClient({
    region,
    maxAttempts: 1,
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  let presented = '';
  const attempt = async () => {
    presented = await options.idToken(audience);
    return sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: durationSeconds,
        WebIdentityToken: presented,
      }),
    );
  };
  try {
    const rules = { repeat: 'always', deadlineMs: defaultDeadlineMs } as const;
    const { Credentials: answer } = await retrying('sts:AssumeRoleWithWebIdentity', attempt, rules, options);
    const keys = readKeys(answer);
    for (const secret of [keys.secretAccessKey, keys.sessionToken]) options.mask(secret);
    return keys;
  } catch (error) {
    throw explainRefusal(error, roleArn, presented);
  }
}

function readKeys(answer: StsCredentials | undefined): AwsKeys & { readonly sessionToken: string } {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new ActionError('E_REMOTE', 'STS answered without credentials.', { remedy: 'Run the job again.' });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
  };
}

/** Says who asked and what the role's trust policy would have to allow; never the token. */
function explainRefusal(error: unknown, roleArn: string, token: string): unknown {
  const found = refusals.find(({ names, says }) => isNamed(error, ...names) && says.test(describeAwsError(error)));
  if (found === undefined) return error;
  return new ActionError(
    found.code,
    found.explain({ roleArn, said: describeAwsError(error), claims: describeClaims(token) }),
    {
      remedy: found.remedy,
      place: 'role-to-assume',
      cause: error,
    },
  );
}

type Refused = { readonly roleArn: string; readonly said: string; readonly claims: string };

type Refusal = {
  readonly names: readonly string[];
  /** What AWS's sentence must hold. */
  readonly says: RegExp;
  readonly code: 'E_SCOPE' | 'E_REMOTE';
  readonly explain: (refused: Refused) => string;
  readonly remedy: string;
};

const invalidToken = ['InvalidIdentityToken', 'InvalidIdentityTokenException'];

/** The first that fits is told. */
const refusals: readonly Refusal[] = [
  {
    names: ['ExpiredToken', 'ExpiredTokenException'],
    says: /./,
    code: 'E_REMOTE',
    explain: ({ said }) => `GitHub's OIDC token had expired when AWS looked at it (${said}).`,
    remedy: 'Run the job again; on a runner of your own, set its clock: the token is good for some minutes.',
  },
  {
    names: invalidToken,
    says: /no openidconnect provider/i,
    code: 'E_SCOPE',
    explain: ({ roleArn, said }) => `The account of ${roleArn} does not know GitHub (${said}).`,
    remedy: 'Make the OIDC provider https://token.actions.githubusercontent.com in that account: the infra job does.',
  },
  {
    names: invalidToken,
    says: /verification key|couldn't retrieve/i,
    code: 'E_REMOTE',
    explain: ({ said }) => `AWS could not get GitHub's keys to check the token (${said}).`,
    remedy: 'Run the job again when githubstatus.com says that all is well.',
  },
  {
    names: [...invalidToken, 'AccessDenied', 'AccessDeniedException', 'IDPRejectedClaim', 'IDPRejectedClaimException'],
    says: /./,
    code: 'E_SCOPE',
    explain: ({ roleArn, said, claims }) =>
      `AWS does not let this job have ${roleArn} (${said}). The job presented ${claims}.`,
    remedy: "Make the role's trust policy accept exactly this sub and aud, with the OIDC provider of the same account.",
  },
  {
    names: ['ValidationError', 'ValidationException'],
    says: /./,
    code: 'E_SCOPE',
    explain: ({ roleArn }) => `AWS does not accept the request for ${roleArn}.`,
    remedy:
      'Check `role-to-assume`, and that `role-duration-seconds` is within the maximum session duration of the role.',
  },
];
