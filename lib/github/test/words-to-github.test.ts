import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseWorkflowCommand } from '../../../rehearsal/runner/workflow-commands.ts';
import { ActionError, Findings } from '../../core/errors.ts';
import { annotationFor } from '../annotation.ts';
import { harmlessLines } from '../log-lines.ts';
import { jobLog } from '../log.ts';
import { maskedForms } from '../masking.ts';
import { checkOutputName } from '../outputs.ts';
import { markdownTable, markdownText, newSummary, summaryLimitBytes } from '../summary.ts';

function isHarmless(text: string): boolean {
  return harmlessLines(text).every((line) => parseWorkflowCommand(line) === undefined && !/[\r\n]|##\[/.test(line));
}

describe('the log', () => {
  test.each([
    '::error::x',
    '   ::add-mask::x',
    'fine\r::set-output name=a::b',
    '\u001b::stop-commands::x',
    'old style ##[add-mask]x',
    '\u0000::debug::x',
  ])('%j works as no command', (text) => {
    for (const line of harmlessLines(text)) {
      expect(parseWorkflowCommand(line)).toBeUndefined();
      expect(line).not.toContain('##[');
    }
  });

  test('no text at all works as a command', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('::', ':', ' ', '\r', '\n', '\t', '##', '[', 'error', '\u001b', '\u0000', '\u0085'),
    });
    const found = fc.check(fc.property(hostile, isHarmless));
    expect(found.counterexample).toBeNull();
  });

  test('keeps colours and tabs', () => {
    expect(harmlessLines('\u001b[32m✓\u001b[0m\tdone')).toEqual(['\u001b[32m✓\u001b[0m\tdone']);
  });

  test('folds a group, also when it fails', async () => {
    const written: string[] = [];
    const log = jobLog((text) => written.push(text));
    await expect(log.group('100 % of it', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written).toEqual(['::group::100 %25 of it\n', '::endgroup::\n']);
  });
});

test('the first three warnings are annotations, and the others are lines that still say so', () => {
  const written: string[] = [];
  const log = jobLog((text) => written.push(text));
  for (let at = 1; at <= 5; at++) log.warn(`number ${at}\n::error::x`);
  expect(written.filter((line) => line.startsWith('::'))).toEqual([
    '::warning::number 1%0A::error::x\n',
    '::warning::number 2%0A::error::x\n',
    '::warning::number 3%0A::error::x\n',
  ]);
  expect(written).toContain('Warning: number 5\n');
});

describe('a mask', () => {
  const secret = "p@ss'w(o)rd!*/+%é\nsecond line";

  test.each<[string, (value: string) => string]>([
    ['as it is', (value) => value],
    ['as a part of a URL', encodeURIComponent],
    ['as its first line alone', (value) => value.split('\n')[0]!],
    ['as a form field', (value) => new URLSearchParams({ v: value.split('\n')[0]! }).toString().slice(2)],
    [
      'by RFC 3986',
      (value) =>
        encodeURIComponent(value).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    ],
    ['in base64', (value) => Buffer.from(value).toString('base64')],
    ['in base64url', (value) => Buffer.from(value).toString('base64url')],
    ['in JSON', (value) => JSON.stringify(value).slice(1, -1)],
    ['in hexadecimal', (value) => Buffer.from(value).toString('hex')],
  ])('hides a secret %s', (_how, encode) => {
    expect(maskedForms(secret)).toContain(encode(secret));
  });

  test('is never shorter than four characters', () => {
    fc.assert(fc.property(fc.string(), (value) => maskedForms(value).every((form) => form.length >= 4)));
    expect(maskedForms('abc')).toEqual([]);
  });
});

describe('an annotation', () => {
  test('has code, place, sentence and remedy', () => {
    const error = new ActionError('E_SCOPE', 'No.', { remedy: 'Yes.', place: 'role-to-assume' });
    expect(annotationFor(error, 'build-push')).toEqual({ message: 'E_SCOPE: role-to-assume: No. Yes.' });
  });

  test('stands beside the line of the manifest', () => {
    const finding = { code: 'E_MANIFEST', place: 'slipway.yml:12:5', message: 'No.', remedy: 'Yes.' } as const;
    expect(annotationFor(new Findings([finding], 'slipway.yml'), 'build-push')).toMatchObject({
      file: 'slipway.yml',
      line: 12,
      column: 5,
    });
  });

  test('of a bug keeps its stack', () => {
    expect(annotationFor(new TypeError('x is not a function'), 'build-push').message).toMatch(
      /^A bug in build-push.*TypeError: x is not a function\n\s+at /s,
    );
  });
});

describe('the summary', () => {
  test('is cut at what GitHub accepts, between characters, and says so', () => {
    const summary = newSummary();
    summary.add('€'.repeat(400_000));
    const text = summary.toString();
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(summaryLimitBytes);
    expect(text).toMatch(/€\n\n\(The summary was longer/);
    expect(text).not.toContain('\ufffd');
  });

  test('shows cells as text', () => {
    expect(markdownTable(['a'], [['<img src=x> | [link](x)\n@everyone']])).toBe(
      '| a |\n| --- |\n| &lt;img src=x\\> \\| \\[link\\](x) @everyone |',
    );
    expect(markdownText('`a` **b**')).toBe('\\`a\\` \\*\\*b\\*\\*');
  });
});

test.each(['', 'images\nname', 'Images', 'a=b', 'a<<b'])('%j is no name for an output', (name) => {
  expect(() => checkOutputName(name)).toThrow(TypeError);
});
