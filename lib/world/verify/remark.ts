import type { Reading } from '../../aws/impatient.ts';
import type { ErrorCode, Finding } from '../../core/errors.ts';

/** One thing that is wrong or doubtful, and whether it stops what was meant. */
export type Remark = { readonly stops: boolean; readonly finding: Finding };

type Words = { readonly message: string; readonly remedy: string; readonly place: string };

/** A proven contradiction. */
export function contradiction(code: ErrorCode, words: Words): Remark {
  return { stops: true, finding: { code, ...words } };
}

/** Something that people should know, and that proves nothing. */
export function doubt(code: ErrorCode, words: Words): Remark {
  return { stops: false, finding: { code, ...words } };
}

/** What could not be read proves nothing: said once, whatever hangs on it. */
export function unread(
  { kind, ...reading }: Reading<unknown>,
  { what, permission, place }: { what: string; permission: string; place: string },
): readonly Remark[] {
  if (kind === 'read' || !('why' in reading)) return [];
  return [
    doubt('E_REMOTE', {
      message: `${what} could not be verified: ${asSentence(reading.why)}`,
      remedy: `Allow ${permission} to have this checked before the release.`,
      place,
    }),
  ];
}

/** AWS ends its sentences with a full stop, or not. */
export function asSentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
