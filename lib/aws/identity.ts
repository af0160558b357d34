import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ActionError } from '../core/errors.ts';
import type { Aws } from './session.ts';

/** Whom AWS takes us for. */
export type Identity = { readonly account: string; readonly arn: string };

async function readIdentity(aws: Aws): Promise<Identity> {
  const { Account, Arn } = await aws.send(new STSClient(aws.configuration), new GetCallerIdentityCommand({}));
  return { account: Account ?? 'unknown', arn: Arn ?? 'unknown' };
}

/** Throws E_SCOPE unless the credentials belong to `account`: asked before the first write of every action. */
export async function checkAccount(aws: Aws, account: string): Promise<Identity> {
  const identity = await readIdentity(aws);
  if (identity.account !== account) {
    throw new ActionError(
      'E_SCOPE',
      `The credentials belong to account ${identity.account} (${identity.arn}); the manifest says ${account}.`,
      { remedy: "Give this environment's `role-to-assume`, or correct `account` in the manifest.", place: 'account' },
    );
  }
  return identity;
}
