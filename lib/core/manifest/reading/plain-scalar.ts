/**
 * What a scalar without quotes means. We decide ourselves instead of leaving it to a YAML schema, because readers of
 * YAML 1.1 and 1.2 disagree on much of it: what they do not agree on is refused, with what to write instead.
 */
export type PlainScalar =
  { readonly value: string | number | boolean | null } | { readonly trap: string; readonly remedy: string };

export function readPlainScalar(source: string): PlainScalar {
  if (source === '' || source === '~' || source === 'null') return { value: null };
  if (source === 'true' || source === 'false') return { value: source === 'true' };
  const trap = traps.find(({ pattern }) => pattern.test(source));
  if (trap !== undefined) return { trap: trap.message, remedy: trap.remedy };
  return { value: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(source) ? Number(source) : source };
}

const quoteIt = 'Put it in quotes if text is meant';

const traps: readonly { pattern: RegExp; message: string; remedy: string }[] = [
  {
    pattern: /^(?:yes|no|on|off|y|n)$/i,
    message: 'yes, no, on and off are true or false to some readers of YAML, and text to others.',
    remedy: `Write true or false. ${quoteIt}.`,
  },
  {
    pattern: /^(?:True|TRUE|False|FALSE|Null|NULL)$/,
    message: 'true, false and null are written in small letters.',
    remedy: `Write it in small letters. ${quoteIt}.`,
  },
  {
    pattern: /^[-+]?0[0-9_]+$/,
    message: 'A number that begins with 0 loses the 0, or is read as octal.',
    remedy: `${quoteIt}, for example in an account id.`,
  },
  {
    pattern: /^[-+]?0[xXoObB][0-9a-fA-F_]+$/,
    message: 'Octal, hexadecimal and binary numbers are read differently by different readers of YAML.',
    remedy: `Write the number in decimal. ${quoteIt}.`,
  },
  {
    pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?$/,
    message: 'Digits with colons are a number of base 60 to some readers of YAML.',
    remedy: `Write the number in decimal. ${quoteIt}.`,
  },
  {
    pattern: /^[-+]?[0-9][0-9]*(?:_[0-9_]*)$/,
    message: 'A number with underscores is text to some readers of YAML.',
    remedy: `Leave the underscores out. ${quoteIt}.`,
  },
  {
    pattern: /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+$/,
    message: 'Text such as 1e3 is read as a number (a commit such as 12e4567 would become infinite).',
    remedy: `Write the number out. ${quoteIt}.`,
  },
  {
    pattern: /^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/,
    message: 'Infinity and not-a-number are no values here.',
    remedy: `Write a number. ${quoteIt}.`,
  },
  {
    pattern: /^-?[0-9]+\.0*$|^[-+]?\.[0-9]+$|^\+[0-9]/,
    message: 'A whole number is written without a sign and a point, and a fraction with a digit before the point.',
    remedy: `Write 1 instead of 1.0. ${quoteIt}, for example in a version.`,
  },
  {
    pattern: /^-?[0-9]{16,}$/,
    message: 'A number of more than 15 digits is not kept exactly.',
    remedy: `${quoteIt}.`,
  },
  {
    pattern: /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?$/,
    message: 'A date without quotes is a moment in time to some readers of YAML.',
    remedy: `${quoteIt}.`,
  },
];
