import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a path of the context, with forward slashes, is left out of it. */
export type Ignore = (path: string) => boolean;

/** `<Dockerfile>.dockerignore` when there is one, else `.dockerignore` of the context. */
export async function readIgnore(context: string, dockerfile: string): Promise<Ignore> {
  for (const file of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return parseIgnore(text);
  }
  return () => false;
}

/** The last pattern that matches a path or one of its folders decides; `!` takes back. */
export function parseIgnore(text: string): Ignore {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), pattern: patternOf(line.replace(/^!\s*/, '')) }));
  return (path) => {
    const folders = path.split('/').map((_part, index, parts) => parts.slice(0, index + 1).join('/'));
    let ignored = false;
    for (const { keep, pattern } of rules) {
      if (folders.some((folder) => pattern.test(folder))) ignored = !keep;
    }
    return ignored;
  };
}

/** A pattern of Go's filepath.Match, with `**` for any number of folders. */
export function patternOf(written: string): RegExp {
  const path = written.replace(/^\.?\//, '').replace(/\/$/, '');
  const source = path.replaceAll(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|[.+^${}()|\\]/g, (mark) => {
    if (mark === '**/') return '(?:.*/)?';
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    if (mark === '?') return '[^/]';
    return mark.startsWith('[') ? mark : `\\${mark}`;
  });
  return new RegExp(`^${source}$`);
}
