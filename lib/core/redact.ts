import { literalSecret } from './literal-secret.ts';

/**
 * A line of a program's log as it may be shown. Programs print their settings when they fail, and the job's masks know
 * only what this job has read: what looks like a secret is left out.
 */
export function withoutSecrets(line: string): string {
  const shown = line.replaceAll(settings, (all: string, name: string, between: string, value: string) =>
    literalSecret(value, name) === undefined ? all : `${name}${between}***`,
  );
  const what = literalSecret(shown);
  return what === undefined ? shown : `(a line is not shown: ${what})`;
}

/** `NAME=value`, `name: value`, `"name":"value"`. A name begins where a word does: each character is looked at once. */
const settings = /(?<![\w.-])([\w.-]+)(["']?\s*[=:]\s*["']?)([^\s"',;&]+)/g;
