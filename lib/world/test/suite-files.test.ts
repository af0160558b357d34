import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readSuiteFiles, sha256 } from '../suite-files.ts';

const slipway = new URL('../../../', import.meta.url).pathname;

test('the code that makes the infrastructure is what its templates come from, without tests and the command line', async () => {
  const suite = mkdtempSync(join(tmpdir(), 'slipway-suite-'));
  const files = ['infra/bin/app.ts', 'infra/lib/stacks/data.ts', 'infra/cdk.json', 'infra/package.json'];
  const more = ['lib/core/names.ts', 'package-lock.json'];
  const others = ['infra/cli/main.ts', 'infra/test/a.ts', 'lib/core/test/a.ts', 'lib/aws/ecs.ts', 'README.md'];
  for (const path of [...files, ...more, ...others]) {
    mkdirSync(dirname(join(suite, path)), { recursive: true });
    writeFileSync(join(suite, path), `of ${path}`);
  }
  const read = await readSuiteFiles(suite);
  rmSync(suite, { recursive: true });
  expect(read.map(({ path }) => path).toSorted()).toEqual([...files, ...more].toSorted());
  expect(read.every(({ path, text }) => text === `of ${path}`)).toBe(true);
});

test('Slipway has all of it, wherever it lies and however its folder is spelled', async () => {
  const paths = (await readSuiteFiles(slipway)).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['infra/bin/app.ts', 'lib/core/names.ts', 'package-lock.json']));
  expect((await readSuiteFiles(`${slipway}lib/..`)).map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
});

test('a hash is 64 hexadecimal digits', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
