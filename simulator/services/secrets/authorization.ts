import type { ConditionValues } from '../../authorization.ts';
import type { SecretStore } from './store.ts';

type Asking = { readonly SecretId: string };

/** What IAM is asked about: the secret by its complete ARN, suffix and all. */
export const bySecretId =
  (store: SecretStore) =>
  ({ SecretId }: Asking): [string] => [store.arnOf(SecretId)];

/** What every request about an existing secret says of it. */
export function secretConditions(store: SecretStore, { SecretId }: Asking): ConditionValues {
  const tags = [...(store.find(SecretId)?.tags ?? [])];
  return {
    'secretsmanager:SecretId': SecretId,
    'secretsmanager:SecretPrimaryRegion': store.region,
    ...Object.fromEntries(tags.map(([name, value]) => [`secretsmanager:ResourceTag/${name}`, value])),
  };
}

/** Without the members that the request has not. */
export function given(values: Readonly<Record<string, string | number | boolean | undefined>>): ConditionValues {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}
