import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inlineCode, table, verbatim } from '../src/neutral.ts';
import { renderFailure, renderPlan } from '../src/render.ts';
import { planOf, stackChange, toBuild, updated } from './plans.ts';

const url = 'https://github.com/example/smartboard/actions/runs/1001';
const render = (changes: Parameters<typeof planOf>[0] = {}, limit = 65_000) =>
  renderPlan(planOf(changes), { url, limit });

test('a plan without changes is a few lines', () => {
  expect(render()).toBe(
    [
      '### Plan for `smartboard prod`',
      `What a deployment of \`aaaaaaa\` would change. Nothing was built and nothing was changed; [the run](${url}) has the details.`,
      '**Images.** None is to be built.',
      '**Services.** Nothing changes besides images.',
      '**Infrastructure.** Unchanged.',
      '**Cost.** `No change.`',
    ].join('\n\n'),
  );
});

test('images, services, infrastructure and cost are told', () => {
  const text = render({
    images: toBuild('web'),
    services: {
      kind: 'known',
      value: {
        waves: [
          [{ name: 'svc-auth', change: 'unchanged', changes: [] }],
          [{ name: 'web', change: 'update', changes: [{ what: 'cpu', from: '256', to: '512' }] }],
        ],
        untouched: [
          { service: 'smartboard-old', why: 'not in the manifest' },
          { service: 'smartboard-other', why: 'not chosen' },
        ],
      },
    },
    infra: {
      kind: 'known',
      value: {
        outcome: 'compared',
        stacks: [
          { name: 'smartboard-prod-data', added: 1, changed: 2, removed: 3, difference: '[-] AWS::S3::Bucket Files' },
          { name: 'smartboard-prod-network', added: 0, changed: 0, removed: 0, difference: '' },
        ],
        losses: ['The bucket Files would be deleted.'],
        notes: ['A deployment would ask for the code 0a1b2c3d.'],
      },
    },
    cost: { kind: 'known', value: 'About +35.04 USD a month (399.40 → 434.44): NAT Gateway, gateways +35.04.' },
  });
  expect(text.split('\n\n').slice(2)).toEqual([
    '**Images.** 1 of 1 to be built.',
    '| service | why |\n| --- | --- |\n| `web` | `its content is new` |',
    '**Services.** 1 of 2 change.',
    '| service | change | differences |\n| --- | --- | --- |\n| `web` | `update` | `cpu: 256 → 512` |\n' +
      '| `smartboard-old` | `left over` | `not in the manifest` |',
    '**Infrastructure.** One stack changes.',
    '| stack | to add | to change | to remove |\n| --- | --- | --- | --- |\n| `smartboard-prod-data` | `1` | `2` | `3` |',
    '⚠️ What holds data and would be lost:',
    '- `The bucket Files would be deleted.`',
    '- `A deployment would ask for the code 0a1b2c3d.`',
    '<details><summary>Difference</summary>',
    '`smartboard-prod-data`',
    '```diff\n[-] AWS::S3::Bucket Files\n```',
    '</details>',
    '**Cost.** `About +35.04 USD a month (399.40 → 434.44): NAT Gateway, gateways +35.04.`',
  ]);
});

test('what is not known is said, part by part', () => {
  const failed = { kind: 'unknown', why: 'failed' } as const;
  const text = render({
    images: failed,
    services: { kind: 'unknown', why: 'too-long' },
    infra: { kind: 'unknown', why: 'by-others' },
    cost: { kind: 'unknown', why: 'base-unusable' },
  });
  expect(text).toContain('**Images.** Not found out: the run says why.');
  expect(text).toContain('**Services.** Too long for a comment: the summary of the run has it.');
  expect(text).toContain('**Infrastructure.** Made by others.');
  expect(text).toContain("**Cost.** Nothing can be made of the base's manifest.");
});

test('without a plan the comment says so and where to look', () => {
  expect(renderFailure('prod', url)).toBe(
    `### Plan for \`prod\`\n\nThere is none for this commit: [the run](${url}) says why.`,
  );
});

describe('too long', () => {
  test('differences of stacks go first, then those of services, and each says where it is', () => {
    const changes = Array.from({ length: 50 }, (_, at) => ({ what: `environment VARIABLE_${at}`, from: 'a', to: 'b' }));
    const long = { services: updated('web', changes), infra: stackChange('x'.repeat(9_000)) };
    expect(render(long, 20_000)).toContain('xxxx');
    const without = render(long, 5_000);
    expect(without).toContain('The difference of `smartboard-prod-data` is in the summary of the run.');
    expect(without).toContain('VARIABLE_49');
    const counted = render(long, 1_500);
    expect(counted).toContain('| `web` | `update` | `50 differences` |');
    expect(counted.length).toBeLessThanOrEqual(1_500);
  });

  test('in the end it is cut at the end of a line, with a pointer to the run', () => {
    const images = Array.from({ length: 200 }, (_, at) => ({
      service: `svc-${at}`,
      would: 'build' as const,
      why: 'new',
    }));
    const text = render({ images: { kind: 'known', value: images } }, 2_000);
    expect(text.length).toBeLessThanOrEqual(2_000);
    expect(text).toMatch(
      /\| `svc-\d+` \| `new` \|\n\nThe plan is longer than a comment may be: the summary of \[the run\]\(https/,
    );
  });
});

describe('values are shown as they are and do nothing', () => {
  const hostile = [
    '@everyone',
    '<img src=x onerror=alert(1)>',
    '![x](https://evil.example/pixel)',
    '--> <!-- slipway-plan',
    'a | b \\| c',
    '`` ` @team',
    '</details><h1>done</h1>',
    'https://evil.example #1 GH-2',
    'line\n\n# heading\n| a | b |',
    '\u202Egnp.exe\u200B',
  ];

  test.each(hostile)('%j', (value) => {
    const text = render({
      images: toBuild(value, value),
      services: updated(value, [{ what: value, from: value, to: value }]),
      infra: stackChange(value, value),
      cost: { kind: 'known', value },
    });
    expect(outsideOfCode(text)).not.toMatch(/@|evil|onerror|h1|-->|heading|GH-2/);
    expect(text).not.toMatch(/[\u200B\u202E]/);
    // Three tables, each with head, line and one row.
    const rows = withoutBlocks(text)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows.map(cellsOf)).toEqual([2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  test('whatever it is, it stays on one line between its own backticks', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '|', '\\', ' ', '\n', 'a', '@', '<') }), (value) => {
        const [, , line = ''] = table(['value'], [[value]]).split('\n');
        expect(table(['value'], [[value]]).split('\n')).toHaveLength(3);
        expect(cellsOf(line)).toBe(1);
        expect(outsideOfCode(inlineCode(value))).not.toMatch(/[@<a]/);
      }),
    );
  });

  test('a difference cannot close its block', () => {
    const text = verbatim('a\n```\n@team\n````\n</details>');
    const [fence = ''] = text.split('\n');
    expect(fence).toBe('`````diff');
    expect(text.split('\n').filter((line) => line.startsWith('`````'))).toHaveLength(2);
  });
});

/** As CommonMark reads it: blocks between fences first, then runs of backticks of the same length. */
function outsideOfCode(markdown: string): string {
  return withoutBlocks(markdown)
    .split('\n')
    .map((line) => line.replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, ''))
    .join('\n');
}

function withoutBlocks(markdown: string): string {
  return markdown.replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '');
}

/** As GitHub parts a row: a bar behind a backslash is none. */
function cellsOf(line: string): number {
  return [...line.replaceAll(/\\./g, '').matchAll(/\|/g)].length - 1;
}
