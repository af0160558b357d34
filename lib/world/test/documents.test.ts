import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Whatever a document points at is there: files by link or by name, headings, npm scripts. */

const root = new URL('../../../', import.meta.url).pathname;
const documents = filesIn(root).filter((file) => file.endsWith('.md'));

describe.each(documents.map((file) => relative(root, file)))('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  test('links only to what is there', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !/^https?:/.test(target) && !leads(document, target))).toEqual([]);
  });

  test('names only npm scripts that there are', () => {
    const named = [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z][a-z-]*)/g)].map(([, name = '']) => name);
    const known = new Set(homesOf(document).flatMap((home) => [...npmCommands, ...scriptsOf(home)]));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('names only paths that are there', () => {
    const named = text.matchAll(/`((?:lib|actions|simulator|rehearsal|scripts|docs|e2e|schema)\/[\w./<>*-]*)`/g);
    const paths = [...named].map(([, path = '']) => path.replace(/[<*].*$/, ''));
    expect(paths.filter((path) => !homesOf(document).some((home) => existsSync(join(home, path))))).toEqual([]);
  });
});

/** And two words that follow `npm` in sentences. */
const npmCommands = ['ci', 'install', 'registry', 'package'];

/** Where a document's names are meant from: the checkout, and its own folder (the example is a repository of its own). */
function homesOf(document: string): string[] {
  return [root, join(root, dirname(document))];
}

function scriptsOf(home: string): string[] {
  const file = join(home, 'package.json');
  if (!existsSync(file)) return [];
  return Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { scripts?: object }).scripts ?? {});
}

function leads(document: string, target: string): boolean {
  const [path = '', heading] = target.split('#');
  const file = path === '' ? join(root, document) : join(root, dirname(document), path);
  if (!existsSync(file)) return false;
  return heading === undefined || headingsOf(readFileSync(file, 'utf8')).includes(heading);
}

/** As GitHub makes anchors of headings. */
function headingsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'build', 'dist', '.git', 'coverage'].includes(entry.name) ? [] : filesIn(path);
  });
}
