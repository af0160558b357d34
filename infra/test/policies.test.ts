import { readFileSync } from 'node:fs';
import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { describe, expect, test } from '@jest/globals';
import { alone } from './alone.ts';
import { allowed, forbidden, type Row } from './calls.ts';
import { actionsOf, judge, rolesOf } from './iam.ts';

// What each role may do, judged by iam-simulate on the policies as they stand in the template.

const roles = new Map([...rolesOf(alone.delivery()), ...rolesOf(alone.platform())]);
const roleOf = (name: string) => roles.get(`smartboard-prod-${name}`)!;
const titled = (rows: readonly Row[]) => rows.map((row) => [row.text, row] as const);
const may = (role: string) => allowed.filter((row) => row.roles.includes(role));

describe('allowed', () => {
  test.each(titled(allowed))('%s', async (_, { roles: those, call }) => {
    for (const role of those) expect([role, await judge(roleOf(role), call)]).toEqual([role, 'allowed']);
  });
});

describe('forbidden', () => {
  test.each(titled(forbidden))('%s', async (_, { roles: [role = ''], call }) => {
    expect(await judge(roleOf(role), call)).toBe('denied');
  });

  test('are more than a hundred calls', () => {
    expect(forbidden.length).toBeGreaterThan(100);
  });
});

describe('a plan neither changes nor opens anything', () => {
  test.each(titled(may('deploy').filter((row) => !row.roles.includes('plan'))))('%s', async (_, { call }) => {
    expect(await judge(roleOf('plan'), call)).toBe('denied');
  });
});

describe('a build does nothing that deploying does', () => {
  const shared = new Set(may('build').map(({ call }) => call.action));
  const others = may('deploy').filter(({ call }) => !shared.has(call.action));
  test.each(titled(others))('%s', async (_, { call }) => {
    expect(await judge(roleOf('build'), call)).toBe('denied');
  });
});

test.each([
  ['build', ['build-push']],
  ['deploy', ['config-env', 'run-migrations', 'deploy-ecs']],
  ['infra', ['infra']],
] as const)('The role to %s may do what the READMEs list, no more and no less.', (role, actions) => {
  const granted = actionsOf(roleOf(role));
  const listed = new Set(actions.flatMap(listedBy));
  const tried = new Set(may(role).map(({ call }) => call.action));
  expect([...new Set(granted)].toSorted()).toEqual([...listed].toSorted());
  expect([...listed].filter((action) => !tried.has(action))).toEqual([]);
});

test('Every action that a role is granted is one that AWS knows.', async () => {
  const granted = [...new Set([...roles.values()].flatMap(actionsOf))];
  const known = await Promise.all(granted.map(isKnown));
  expect(granted.filter((_, index) => !known[index])).toEqual([]);
  expect(await isKnown('ecs:DescribeEverything')).toBe(false);
});

async function isKnown(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  return isWildcardOnlyAction(service, name).then(
    () => true,
    () => false,
  );
}

/** IAM actions of an action's README. */
function listedBy(action: string): readonly string[] {
  const readme = readFileSync(new URL(`../../actions/${action}/README.md`, import.meta.url), 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith('Permissions\n')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
}
