/**
 * `sub "repo:smartboard/app:ref:refs/heads/main", aud "sts.amazonaws.com"`: what a trust policy is compared with.
 * Read without checking the signature, to be shown to a person; the token itself is never shown.
 */
export function describeClaims(token: string): string {
  const claims = decodePayload(token);
  return ['sub', 'aud'].map((name) => `${name} ${show(claims?.[name])}`).join(', ');
}

function decodePayload(token: string): Record<string, unknown> | undefined {
  try {
    return { ...JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) };
  } catch {
    return undefined;
  }
}

const longestShown = 300;

function show(claim: unknown): string {
  return claim === undefined ? '(none)' : JSON.stringify(claim).slice(0, longestShown);
}
