import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '../github/step.ts';

/** What can be made out of a manifest that does not parse. */
export type Glimpse = { readonly application: string | undefined; readonly region: string | undefined };

const longestGlimpse = 1_000_000;

/** Looks for single lines, whatever stands around them; nothing is found where two lines disagree, or without a file. */
export async function glimpseManifest({ workspace }: Pick<Step, 'workspace'>, path: string): Promise<Glimpse> {
  const text = await readFile(join(workspace, path), 'utf8').catch(() => '');
  const lines = text.slice(0, longestGlimpse).split(/\r?\n/);
  return {
    application: writtenOnce(lines, /^application:\s*["']?([a-z][a-z0-9-]{0,31})["']?\s*(?:#.*)?$/),
    region: writtenOnce(lines, /^\s+region:\s*["']?([a-z]{2}(?:-[a-z]+)+-\d)["']?\s*(?:#.*)?$/),
  };
}

function writtenOnce(lines: readonly string[], pattern: RegExp): string | undefined {
  const values = new Set(lines.flatMap((line) => pattern.exec(line)?.[1] ?? []));
  return values.size === 1 ? [...values][0] : undefined;
}
