type XmlStyle = {
  /** Lists are repeated elements of their own name. */
  readonly flat?: boolean;
  /** What a list's elements are called else. */
  readonly item?: string;
};

/**
 * A value as XML elements. Keys are element names (with attributes, if any, behind a space); lists become `<member>`
 * elements as in the Query protocol, or as the style says. Undefined is left out.
 */
export function xmlElements(value: Readonly<Record<string, unknown>>, style: XmlStyle = {}): string {
  return Object.entries(value)
    .map(([name, member]) => element(name, member, style))
    .join('');
}

function element(name: string, value: unknown, style: XmlStyle): string {
  if (value === undefined || value === null) return '';
  if (style.flat === true && Array.isArray(value)) return value.map((item) => element(name, item, style)).join('');
  return `<${name}>${content(value, style)}</${name.split(' ')[0]}>`;
}

function content(value: unknown, style: XmlStyle): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element(style.item ?? 'member', item, style)).join('');
  if (typeof value === 'object' && value !== null) return xmlElements(value as Record<string, unknown>, style);
  return escapeXml(String(value));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}
