import { AwsError } from '../operation.ts';

/**
 * One page of a list. The token says where the next page begins; one that the simulator did not make is refused
 * with `tokenError`.
 */
export function page<Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
  tokenError: string,
): { items: readonly Item[]; next: string | undefined } {
  const start = token === undefined ? 0 : positionOf(token, tokenError);
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? tokenAt(end) : undefined };
}

function tokenAt(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64url');
}

function positionOf(token: string, tokenError: string): number {
  const position = /^position:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position === undefined) throw new AwsError(tokenError, 'The specified token is not valid.');
  return Number(position);
}
