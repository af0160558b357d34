import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ActionError } from '../core/errors.ts';
import type { Aws } from './session.ts';

/** Whom AWS takes us for. */
export type Identity = { readonly account: string; readonly arn: string };

export async function readIdentity(aws: Aws): Promise<Identity> {
  const { Account, Arn } = await aws.send(new STSClient(aws.configuration), new GetCallerIdentityCommand({}));
  return { account: Account ?? 'unknown', arn: Arn ?? 'unknown' };
}

/** Throws E_SCOPE unless the credentials belong to `account`: asked before the first write of every action. */
export async function checkAccount(aws: Aws, account: string): Promise<Identity> {
  const identity = await readIdentity(aws);
  requireAccount(identity, account, 'manifest');
  return identity;
}

/** Throws E_SCOPE unless the credentials belong to the account that manifest or ledger say. */
export function requireAccount(identity: Identity, account: string, saidBy: 'manifest' | 'ledger'): void {
  if (identity.account === account) return;
  const correct = saidBy === 'manifest' ? ', or correct `account` in the manifest' : '';
  throw new ActionError(
    'E_SCOPE',
    `The credentials belong to account ${identity.account} (${identity.arn}); the ${saidBy} says ${account}.`,
    { remedy: `Give this environment's \`role-to-assume\`${correct}.`, place: 'account' },
  );
}
