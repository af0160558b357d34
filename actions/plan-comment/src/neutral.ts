import { markdownCode } from '../../../lib/github/summary.ts';

/**
 * Whatever it is, as code on one line: no link, mention, reference, image or HTML comes of it. In a comment, unlike in a
 * summary, `@name` calls somebody and a link is made of every address.
 */
export function inlineCode(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/**
 * A table of code. Bars become broken ones: a row is parted before code is looked for, and whether a bar is escaped
 * depends on the backslashes of the value before it.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => row(cells.map((cell) => inlineCode(cell).replaceAll('|', '¦'))));
  return [row(header), `|${' --- |'.repeat(header.length)}`, ...lines].join('\n');
}

/** Many lines, as they are. */
export function verbatim(text: string): string {
  return markdownCode(visible(text), 'diff');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Without what turns the direction of text, hides it or moves a terminal's cursor. */
function visible(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{C}\n\t]/gu, '\uFFFD');
}
