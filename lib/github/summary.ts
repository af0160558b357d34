/** What is shown on the run's page. Written once, at the end of the step, whatever happened. */
export type Summary = {
  /** A block of Markdown; blocks are separated by an empty line. */
  add(markdown: string): void;
  /** Everything added so far, cut to what GitHub accepts. */
  toString(): string;
};

/** GitHub shows nothing at all of a summary above 1 MiB; what is beyond this many bytes is cut off with a word. */
export const summaryLimitBytes = 1000 * 1024;

export function newSummary(): Summary {
  const blocks: string[] = [];
  return {
    add: (markdown) => void blocks.push(markdown.trimEnd()),
    toString: () => (blocks.length === 0 ? '' : cut(`${blocks.join('\n\n')}\n`)),
  };
}

/** A Markdown table; cells are text, not Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableRow(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(tableRow)].join('\n');
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(markdownText).join(' | ')} |`;
}

/** Text that Markdown and HTML leave as it is, on one line. */
export function markdownText(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]<>|#!~&]/g, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`))
    .replaceAll(/\s*[\r\n]+\s*/g, ' ');
}

const cutNotice = '\n\n(The summary was longer than GitHub accepts and ends here; the log has all of it.)\n';

function cut(markdown: string): string {
  const bytes = Buffer.from(markdown, 'utf8');
  if (bytes.length <= summaryLimitBytes) return markdown;
  let end = summaryLimitBytes - Buffer.byteLength(cutNotice);
  // Not in the middle of a character: continuation bytes begin with 10.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8') + cutNotice;
}
