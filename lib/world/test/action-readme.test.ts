import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { buildRole, deployRole } from '../../../rehearsal/infra/roles.ts';
import { errorCodes } from '../../core/errors.ts';
import { parseManifest } from '../../core/manifest/parse.ts';
import { selectEnvironment } from '../../core/manifest/select.ts';

/** What an action's README says must be what its action.yml, its sources and the rehearsal's roles say. */

const actions = ['build-push', 'config-env', 'run-migrations', 'deploy-ecs'];
const root = new URL('../../../', import.meta.url).pathname;
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

type ActionFile = {
  inputs: Record<string, { required?: boolean; default?: string }>;
  outputs: Record<string, unknown>;
};

describe.each(actions)('the README of %s', (action) => {
  const readme = read('actions', action, 'README.md');
  const declared = parse(read('actions', action, 'action.yml')) as ActionFile;
  const own = sourcesIn('actions', action, 'src');
  const verifies = own.some((source) => source.includes('lib/world/verify/'));
  const sources = verifies ? [...own, ...sourcesIn('lib', 'world', 'verify')] : own;

  test('has the inputs of action.yml, with their defaults', () => {
    const inputs = rowsOf(readme, 'Inputs').map(([name = '', standard = '']) => [unquote(name), standard]);
    const documented = inputs.map(([name, standard]) => [name, /^(`.*`|required)$/.test(standard!) ? standard : '']);
    const expected = Object.entries(declared.inputs).map(([name, input]) => [
      name,
      input.required === true ? 'required' : input.default === undefined ? '' : `\`${input.default}\``,
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
  });

  test('has the outputs of action.yml', () => {
    expect(rowsOf(readme, 'Outputs').map(([name = '']) => unquote(name))).toEqual(Object.keys(declared.outputs));
  });

  test('explains the errors that the action makes, and no others', () => {
    const explained = rowsOf(readme, 'Errors').map(([code = '']) => unquote(code));
    const made = sources.flatMap((source) => source.match(/\bE_[A-Z]+\b/g) ?? []);
    expect(explained.filter((code) => !(code in errorCodes))).toEqual([]);
    expect(made.filter((code) => !explained.includes(code))).toEqual([]);
  });
});

function sourcesIn(...path: string[]): string[] {
  return readdirSync(join(root, ...path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(...path, file));
}

test('every declared input is read by the sources of its action', () => {
  const common = read('lib/github/common-inputs.ts') + read('lib/world/handed-on.ts');
  const unread = actions.flatMap((action) => {
    const { inputs } = parse(read('actions', action, 'action.yml')) as ActionFile;
    const files = readdirSync(join(root, 'actions', action, 'src'), { recursive: true, encoding: 'utf8' });
    const own = files.filter((file) => /^inputs(?:\.ts|\/.*\.ts)$/.test(file));
    const text = common + own.map((file) => read('actions', action, 'src', file)).join('\n');
    return Object.keys(inputs).filter((name) => !text.includes(`'${name}'`));
  });
  expect(unread).toEqual([]);
});

test('every step in an example or a README gives inputs that there are, and all that are required', () => {
  const wrong = stepsShown().flatMap(({ action, given }) => {
    const { inputs } = parse(read('actions', action, 'action.yml')) as ActionFile;
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
    return [
      ...given.filter((name) => !(name in inputs)).map((name) => `${action}: there is no ${name}`),
      ...required.filter((name) => !given.includes(name)).map((name) => `${action}: ${name} is missing`),
    ];
  });
  expect(stepsShown().length).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
});

/** Steps that use an action, in the example's workflows and in the YAML of the READMEs. */
function stepsShown(): { action: string; given: string[] }[] {
  const workflows = ['deploy', 'rollback'].map((name) => read('examples/smartboard/.github/workflows', `${name}.yml`));
  const shown = actions.flatMap((action) => [
    ...read('actions', action, 'README.md').matchAll(/```yaml\n([\s\S]*?)```/g),
  ]);
  return stepsIn([...workflows, ...shown.map(([, text = '']) => text)].map((text) => parse(text) as unknown));
}

function stepsIn(value: unknown): { action: string; given: string[] }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { uses, with: given } = value as { uses?: unknown; with?: object };
  const action = typeof uses === 'string' ? /slipway\/actions\/([a-z-]+)@/.exec(uses)?.[1] : undefined;
  if (action !== undefined) return [{ action, given: Object.keys(given ?? {}) }];
  return Object.values(value).flatMap(stepsIn);
}

const manifest = selectEnvironment(parseManifest(read('examples/smartboard/slipway.yml')), 'prod');

test("a rehearsal's roles allow what the READMEs ask for, and nothing else", () => {
  const [build = [], ...others] = actions.map((action) => permissionsOf(read('actions', action, 'README.md')));
  expect(sorted(build)).toEqual(allowedBy(buildRole(manifest, 'example/smartboard')));
  expect(sorted(others.flat())).toEqual(allowedBy(deployRole(manifest, 'example/smartboard')));
});

function permissionsOf(readme: string): string[] {
  return rowsOf(readme, 'Permissions').flatMap(([cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
  );
}

function allowedBy({ properties }: ReturnType<typeof buildRole>): string[] {
  const policies = properties['Policies'] as { PolicyDocument: { Statement: { Action: string[] }[] } }[];
  return sorted(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action)));
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** Cells of the first table under a heading, without its head. */
function rowsOf(readme: string, heading: string): string[][] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const table = section.split('\n\n').find((part) => part.startsWith('|')) ?? '';
  const [, , ...rows] = table.trim().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function unquote(cell: string): string {
  return cell.replaceAll('`', '');
}
