import type { Problem } from '../problem.ts';

export const mostBytes = 1024 * 1024;

/** A file that cannot be read even as text. */
type Unreadable = {
  readonly root: undefined;
  readonly problems: readonly [Problem];
  readonly broken: readonly [];
  readonly position: (offset: number) => string;
};

/** The file as text, or the one reason why it is none. Sizes are judged before anything is decoded. */
export function readSource(file: string | Uint8Array): { readonly text: string } | Unreadable {
  if (file.length > mostBytes)
    return refused(`The file is larger than ${mostBytes} bytes.`, 'Keep it to what is deployed.');
  const text = typeof file === 'string' ? withoutByteOrderMark(file) : decode(file);
  if (text === undefined) return refused('The file is not UTF-8.', 'Save it as UTF-8.');
  const strange = strangeCharacter(text);
  if (strange !== undefined) {
    return refused(`${strange.name} stands in the file.`, 'Remove it.', text.slice(0, strange.offset));
  }
  return { text };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Characters that YAML forbids, that hide text from its reader, or that tell of a file decoded wrongly. */
const strangeCharacters: readonly { name: string; pattern: RegExp }[] = [
  // oxlint-disable-next-line no-control-regex -- exactly these are looked for
  { name: 'A control character', pattern: /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F]/ },
  { name: 'A character that changes the direction of text', pattern: /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/ },
  { name: 'A character of no width', pattern: /[\u200B\u2060\uFEFF\u00AD]/ },
  { name: 'U+FFFD, the mark of text that was not UTF-8,', pattern: /\uFFFD/ },
  { name: 'Half of a surrogate pair', pattern: /\p{Surrogate}/u },
];

/** The first of them in a text, with a name for people. */
export function strangeCharacter(text: string): { name: string; offset: number } | undefined {
  for (const { name, pattern } of strangeCharacters) {
    const offset = text.search(pattern);
    if (offset >= 0) return { name, offset };
  }
  return undefined;
}

/** `before` is the text up to the place that is meant. */
function refused(message: string, remedy: string, before = ''): Unreadable {
  const lines = before.split('\n');
  return {
    root: undefined,
    problems: [{ code: 'E_MANIFEST', message, remedy, where: { offset: before.length } }],
    broken: [],
    position: () => `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
  };
}
