import { ActionError, Findings } from '../core/errors.ts';

/** One error annotation: what a person sees of a failed step. */
export type Annotation = {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
};

/** Expected trouble as code, place, sentence and remedy; a bug with its stack. */
export function annotationFor(error: unknown, action: string): Annotation {
  if (error instanceof Findings) {
    return { message: `${error.code}: ${error.message}\n${error.remedy}`, ...position(error.findings[0]?.place) };
  }
  if (error instanceof ActionError) {
    const place = error.place === undefined || error.message.includes(error.place) ? '' : `${error.place}: `;
    return { message: `${error.code}: ${place}${asSentence(error.message)} ${error.remedy}`, ...position(error.place) };
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `A bug in ${action}, please report it with this text: ${what}` };
}

/** What AWS or a program said often has no full stop, and the remedy begins a sentence of its own. */
function asSentence(text: string): string {
  return /[.!?…:”]$/.test(text.trimEnd()) ? text : `${text}.`;
}

/** `slipway.yml:12:5` as GitHub shows it beside the file. */
function position(place: string | undefined): { file: string; line: number; column: number } | undefined {
  const [, file, line, column] = /^(.+\.ya?ml):(\d+):(\d+)$/.exec(place ?? '') ?? [];
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}
