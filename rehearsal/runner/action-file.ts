import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What the runner needs to know of an action. */
export type ActionFile = {
  readonly name: string;
  readonly main: string;
  readonly post: string | undefined;
  /** Defaults by input name; undefined where there is none. */
  readonly inputs: ReadonlyMap<string, string | undefined>;
};

type Written = {
  name: string;
  inputs?: Record<string, { default?: string | number | boolean | null } | null>;
  runs: { using: string; main: string; post?: string };
};

export async function readActionFile(directory: string): Promise<ActionFile> {
  const { name, inputs = {}, runs }: Written = parse(await readFile(join(directory, 'action.yml'), 'utf8'));
  if (runs.using !== 'node24') throw new Error(`${name}: this runner runs node24, not ${runs.using}`);
  const defaults = Object.entries(inputs).map(([input, declared]) => {
    const value = declared?.default;
    return [input, value === undefined || value === null ? undefined : String(value)] as const;
  });
  return { name, main: runs.main, post: runs.post, inputs: new Map(defaults) };
}

/** INPUT_* as the runner sets them: every declared input, the empty string where nothing was given. */
export function inputVariables(action: ActionFile, given: Readonly<Record<string, string>>): Record<string, string> {
  for (const input of Object.keys(given)) {
    if (!action.inputs.has(input)) throw new Error(`${action.name} has no input \`${input}\``);
  }
  const variables = [...action.inputs].map(([input, otherwise]) => {
    return [`INPUT_${input.replaceAll(' ', '_').toUpperCase()}`, given[input] ?? otherwise ?? ''] as const;
  });
  return Object.fromEntries(variables);
}
