/**
 * A text as lines in which nothing is a command to the runner: `::name::` at the start of a line, and the older
 * `##[name]` anywhere in it. A zero-width space between the marks leaves them readable. The runner ends a line at CR
 * as well as at LF. Control characters go, except tabs and colours.
 */
export function harmlessLines(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/).map((line) =>
    line
      .replaceAll(colourOrControl, (_match, colour: string | undefined) => colour ?? '')
      .replace(/^(\s*):(?=:)/, '$1:\u200b')
      .replaceAll('##[', '##\u200b['),
  );
}

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const colourOrControl = /(\u001b\[[\d;]*m)|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
