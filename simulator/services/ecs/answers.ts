/** AWS's JSON 1.1 writes times as seconds since the epoch, and leaves out what is not there. */
export const seconds = (milliseconds: number) => milliseconds / 1000;
export const secondsIf = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : milliseconds / 1000;

/** One page of a list. The token is opaque to callers. */
export function page<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: { maxResults: number; nextToken?: string | undefined },
): { items: readonly Item[]; nextToken?: string } {
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString()) || 0;
  const next = from + maxResults;
  const shown = items.slice(from, next);
  return next < items.length
    ? { items: shown, nextToken: Buffer.from(String(next)).toString('base64url') }
    : { items: shown };
}
