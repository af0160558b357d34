import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { ActionError } from '../core/errors.ts';
import { ecr } from './ecr.ts';
import type { Aws } from './session.ts';

/** What docker logs in to the registry with; good for twelve hours. */
export type RegistryPassword = {
  readonly user: string;
  readonly password: string;
  /** Where ECR says that the password may be sent, e.g. `https://111122223333.dkr.ecr.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
};

/** Throws E_REMOTE when ECR's token is not what its documentation says: base64 of `AWS:<password>`. */
export async function getRegistryPassword(aws: Aws): Promise<RegistryPassword> {
  const { authorizationData: [data] = [] } = await aws.send(ecr(aws), new GetAuthorizationTokenCommand({}));
  const token = data?.authorizationToken ?? '';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) throw unusable('is not base64');
  const decoded = Buffer.from(token, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1 || colon === decoded.length - 1) throw unusable('does not hold a user and a password');
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1), endpoint: data?.proxyEndpoint ?? '' };
}

function unusable(what: string): ActionError {
  return new ActionError('E_REMOTE', `The authorization token that ECR gave ${what}.`, {
    remedy: 'Run the job again; if it stays so, look for a proxy between the job and AWS.',
    place: 'ecr:GetAuthorizationToken',
  });
}
