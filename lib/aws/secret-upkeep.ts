import { DeleteSecretCommand, ListSecretsCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from './secrets.ts';
import type { Aws } from './session.ts';

/** A secret in a list: never a value. */
export type ListedSecret = {
  readonly name: string;
  readonly arn: string;
  /** When it was last made, changed or read, in milliseconds since the epoch; AWS counts reading by the day. */
  readonly lastUsedAt: number | undefined;
};

/** The secrets whose names begin so, without those that are being deleted. */
export async function listSecrets(aws: Aws, prefix: string): Promise<readonly ListedSecret[]> {
  const listed: ListedSecret[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await aws.send(
      secretsManager(aws),
      new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }], MaxResults: 100, NextToken }),
    );
    for (const { Name = '', ARN = '', CreatedDate, LastChangedDate, LastAccessedDate } of answer.SecretList ?? []) {
      const dates = [CreatedDate, LastChangedDate, LastAccessedDate].flatMap((date) => date?.getTime() ?? []);
      // The filter knows neither case nor word boundaries.
      if (Name.startsWith(prefix))
        listed.push({ name: Name, arn: ARN, lastUsedAt: dates.length === 0 ? undefined : Math.max(...dates) });
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return listed;
}

/** It can be restored for a week. Repeating it does no harm. */
export async function deleteSecret(aws: Aws, name: string): Promise<void> {
  await aws.send(secretsManager(aws), new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
}

/** Takes a deletion back. */
export async function restoreSecret(aws: Aws, name: string): Promise<void> {
  await aws.send(secretsManager(aws), new RestoreSecretCommand({ SecretId: name }));
}
