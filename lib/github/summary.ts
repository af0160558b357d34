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

/** What is Markdown already, such as a link. */
export type Markdown = { readonly markdown: string };

/** A Markdown table; cells are text, unless they say that they are Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly (string | Markdown)[])[]): string {
  return [tableRow(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(tableRow)].join('\n');
}

function tableRow(cells: readonly (string | Markdown)[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'string' ? markdownText(cell) : cell.markdown)).join(' | ')} |`;
}

/** A link; just its text where there is nowhere to go. */
export function markdownLink(text: string, url: string | undefined): Markdown {
  if (url === undefined) return { markdown: markdownText(text) };
  const target = url.replaceAll(/[\s()<>|\\]/g, (mark) =>
    encodeURIComponent(mark).replaceAll('(', '%28').replaceAll(')', '%29'),
  );
  return { markdown: `[${markdownText(text)}](${target})` };
}

/** Lines that are shown as they are, whatever stands in them. */
export function markdownCode(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
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
