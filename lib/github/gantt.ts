/** One bar: from when to when, in seconds from the beginning. */
export type Bar = {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** `done` is grey, `active` blue, `crit` red. */
  readonly look: 'done' | 'active' | 'crit';
};

export type GanttSection = { readonly title: string; readonly bars: readonly Bar[] };

/** GitHub draws no diagram of more than 50 000 characters; and nobody reads more bars than this. */
const mostBars = 60;

/**
 * A diagram of what took how long, as Mermaid in Markdown, which GitHub draws. Times are milliseconds since the epoch,
 * so that the axis can say seconds (`%s`) in every time zone. The longest bars are kept where there are too many.
 */
export function gantt(sections: readonly GanttSection[]): string {
  const all = sections.flatMap(({ bars }) => bars);
  const kept = new Set([...all].sort((one, other) => lengthOf(other) - lengthOf(one)).slice(0, mostBars));
  const drawn = sections.map(({ title, bars }) => ({ title, bars: bars.filter((bar) => kept.has(bar)) }));
  return [
    '```mermaid',
    'gantt',
    '  dateFormat x',
    '  axisFormat %s s',
    ...drawn
      .filter(({ bars }) => bars.length > 0)
      .flatMap(({ title, bars }) => [`  section ${plain(title)}`, ...bars.map(describeBar)]),
    '```',
  ].join('\n');
}

function lengthOf({ from, to }: Bar): number {
  return to - from;
}

/** A bar of no length would not be drawn, and its end must not be before its beginning. */
function describeBar({ label, from, to, look }: Bar): string {
  const start = Math.max(0, Math.round(from * 1000));
  const end = Math.max(start + 1, Math.round(to * 1000));
  return `  ${plain(label)} :${look}, ${start}, ${end}`;
}

/**
 * Text that Mermaid takes for nothing else: colons, semicolons, hashes and percent signs end a label or begin a comment,
 * and one that begins with a word such as `section` or `click` would be a statement. A zero-width space before it is
 * no word of Mermaid's.
 */
function plain(text: string): string {
  return `\u200b${text.replaceAll(/[^\p{L}\p{N} ._()/+-]/gu, ' ').trim()}`;
}
