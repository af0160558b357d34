/** A rule that a value breaks, said without the value. */
export type ValueProblem = { readonly message: string; readonly remedy: string };

/** ECS hands a task at most so much; more fails only when the task starts. */
export const largestValueBytes = 48 * 1024;
export const largestEnvironmentBytes = 128 * 1024;

/** What every value that becomes a variable must be. */
export function checkText(value: string): ValueProblem | undefined {
  if (value === '') return problem('is empty', 'Put a value in it.');
  if (value.includes('\0'))
    return problem('holds a NUL character, where a process would see it end', 'Store it again without it.');
  if (/\p{Surrogate}/u.test(value))
    return problem('is not well-formed text (half of a surrogate pair)', 'Store it again as UTF-8.');
  if (/[\r\n]$/.test(value)) {
    return problem(
      'ends with a line break, which it would keep',
      'Store it again without it (printf instead of echo).',
    );
  }
  if (value !== value.trim()) return problem('begins or ends with a blank', 'Store it again without it.');
  if (bytesOf(value) > largestValueBytes) return problem('is larger than 48 KB', 'Keep large data in S3.');
  return undefined;
}

/** What a password, token or key must be on top. Length is counted in code points. */
export function checkSecretText(value: string, minLength: number | undefined): ValueProblem | undefined {
  const broken = checkText(value);
  if (broken !== undefined) return broken;
  if (minLength !== undefined && Array.from(value).length < minLength) {
    return problem(`is shorter than ${minLength} characters`, `Generate at least ${minLength} random characters.`);
  }
  if (placeholder.test(value) || new Set(value).size === 1) {
    return problem('is a placeholder, not a secret', 'Generate a random value and store it.');
  }
  return undefined;
}

/** A host that can stand in a URL: a DNS name, an IPv4 address, or an IPv6 address in brackets. */
export function checkHost(value: string): ValueProblem | undefined {
  if (hostName.test(value) || /^\[[0-9a-f:.]+\]$/i.test(value)) return undefined;
  return problem('is no host name (an IPv6 address stands in brackets)', 'Correct it in the infra contract.');
}

export function checkPort(value: number): ValueProblem | undefined {
  if (Number.isInteger(value) && value >= 1 && value <= 65_535) return undefined;
  return problem('is no port (1 to 65535)', 'Correct it in the infra contract.');
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

const placeholder =
  /^(?:change[-_ ]?(?:me|it|this).*|password.*|passw0rd.*|secret|example|placeholder|todo|dummy|x{3,})$/i;
const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function problem(message: string, remedy: string): ValueProblem {
  return { message, remedy };
}
