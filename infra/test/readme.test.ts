import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const tests = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n');

test('Every row of the checklist names a test that is there, and what it looks at.', () => {
  const rows = rowsUnder("## The guide's checklist");
  expect(rows.length).toBeGreaterThan(20);
  for (const [, title = '', resource] of rows) {
    expect([title, tests.includes(`'${title.replaceAll("'", String.raw`\'`)}'`)]).toEqual([title, true]);
    expect([title, resource]).toEqual([title, expect.stringMatching(/\w/)]);
  }
});

test('Every deviation from the guide has a reason.', () => {
  const rows = rowsUnder('## Where it differs from the guide');
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect([row[0], row.filter((cell) => cell !== '').length]).toEqual([row[0], 3]);
});

/** Cells of the table under a heading, without its head. */
function rowsUnder(heading: string): string[][] {
  const section = readme.split(`${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
