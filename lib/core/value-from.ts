/** What a `valueFrom` of a task definition leads to. */
export type ValueSource =
  | {
      readonly kind: 'secret';
      /** Complete ARN, or a name where the definition is not of our making. */
      readonly id: string;
      readonly key: string | undefined;
      /** Another version than the current one is asked for. */
      readonly isPinned: boolean;
    }
  | { readonly kind: 'parameter'; readonly name: string };

/**
 * Reads `arn:…:secret:name-AbCdEf[:key:stage:version]`, a parameter's ARN, or a parameter's name.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export function parseValueFrom(valueFrom: string): ValueSource {
  const parts = valueFrom.split(':');
  if (parts[0] !== 'arn' || parts[2] !== 'secretsmanager') return { kind: 'parameter', name: valueFrom };
  const [key = '', stage = '', version = ''] = parts.slice(7);
  return {
    kind: 'secret',
    id: parts.slice(0, 7).join(':'),
    key: key === '' ? undefined : key,
    isPinned: stage !== '' || version !== '',
  };
}
