import type { Finding } from '../../core/errors.ts';
import type { Step } from '../../github/step.ts';
import { markdownTable } from '../../github/summary.ts';
import type { Verification } from './verification.ts';

/**
 * Tells all of it: in the log, on the page where there is something, and as an annotation what is uncertain. `sound` is
 * what the log says when there is nothing.
 */
export function tellVerification(
  { log, summary }: Pick<Step, 'log' | 'summary'>,
  verification: Verification,
  sound: string,
): void {
  log.info(describeFindings(verification, sound));
  const page = summariseFindings(verification);
  if (page !== '') summary.add(page);
  const line = warningLine(verification);
  if (line !== undefined) log.warn(line);
}

/** For the log: what stops the release, then what is doubtful, each with its remedy. */
export function describeFindings({ findings, warnings }: Verification, sound: string): string {
  if (findings.length + warnings.length === 0) return sound;
  return [
    ...(findings.length === 0 ? [] : ['Stands in the way', ...findings.map(describe)]),
    ...(warnings.length === 0 ? [] : ['Not certain', ...warnings.map(describe)]),
  ].join('\n');
}

function describe({ place, message, remedy }: Finding): string {
  return `  ${place === undefined ? '' : `${place}: `}${message} ${remedy}`;
}

/** For the summary; empty when there is nothing to say. */
export function summariseFindings({ findings, warnings }: Verification): string {
  if (findings.length + warnings.length === 0) return '';
  const rows = [...findings.map((one) => row('stops', one)), ...warnings.map((one) => row('uncertain', one))];
  return ['### Verification', markdownTable(['', 'where', 'what', 'what to do'], rows)].join('\n\n');
}

function row(kind: string, { code, message, remedy, place = '' }: Finding): readonly string[] {
  return [kind, place, `${code}: ${message}`, remedy];
}

/** One line for an annotation; undefined when nothing is uncertain. */
export function warningLine({ warnings: [first, ...others] }: Verification): string | undefined {
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` (and ${others.length} more: see the log)`;
  return `Not certain before the release: ${first.place === undefined ? '' : `${first.place}: `}${first.message}${more}`;
}
