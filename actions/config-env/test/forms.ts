/** Every way in which someone may write a secret down. Short forms prove nothing and are left out. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const component = encodeURIComponent(secret);
  const forms = [
    secret,
    component,
    component.replaceAll(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase()),
    component.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams({ v: secret }).toString().slice(2),
    bytes.toString('base64'),
    ...[1, 2].map((shift) => shifted(bytes, shift)),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    Buffer.from(secret, 'utf16le').toString('base64'),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    secret.replaceAll(/[^\u0020-\u007e]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    secret.replaceAll(/["\\$`]/g, '\\$&'),
    Array.from(secret).toReversed().join(''),
    ...secret.split(/[\r\n]+/),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 6);
}

/** In base64 with other bytes in front, without the characters that both share. */
function shifted(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64');
  return text.slice(4, text.length - 4);
}
