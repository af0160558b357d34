/** Below this, a mask would blank out half of the log and hide nothing that matters. */
const shortestMask = 4;

/**
 * Every form in which the actions or a common encoder may write a value. The runner knows some of them, but not
 * those of `encodeURIComponent`, which leaves !'()* alone where .NET does not.
 */
export function maskedForms(value: string): readonly string[] {
  const forms = new Set<string>();
  for (const piece of [value, ...value.split(/\r\n|\r|\n/), value.trim()]) {
    for (const form of encodings(piece)) if (form.length >= shortestMask) forms.add(form);
  }
  return [...forms];
}

function encodings(piece: string): readonly string[] {
  if (piece.length < shortestMask) return [];
  const bytes = Buffer.from(piece, 'utf8');
  const component = encodeURIComponent(bytes.toString('utf8'));
  const strict = component.replaceAll(/[!'()*]/g, (mark) => `%${mark.codePointAt(0)!.toString(16).toUpperCase()}`);
  const base64 = bytes.toString('base64');
  return [
    piece,
    strict,
    component,
    lowerCaseEscapes(strict),
    lowerCaseEscapes(component),
    new URLSearchParams({ '': piece }).toString().slice(1),
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    JSON.stringify(piece).slice(1, -1),
    bytes.toString('hex'),
  ];
}

function lowerCaseEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}
