/**
 * A value as XML elements. Keys are element names (with attributes, if any, behind a space); lists become `<member>`
 * elements as in the Query protocol, or repeated elements of their own name with `flat`. Undefined is left out.
 */
export function xmlElements(value: Readonly<Record<string, unknown>>, { flat = false } = {}): string {
  return Object.entries(value)
    .map(([name, member]) => element(name, member, flat))
    .join('');
}

function element(name: string, value: unknown, flat: boolean): string {
  if (value === undefined || value === null) return '';
  if (flat && Array.isArray(value)) return value.map((item) => element(name, item, flat)).join('');
  return `<${name}>${content(value, flat)}</${name.split(' ')[0]}>`;
}

function content(value: unknown, flat: boolean): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element('member', item, flat)).join('');
  if (typeof value === 'object' && value !== null) return xmlElements(value as Record<string, unknown>, { flat });
  return escapeXml(String(value));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}
