import { expect, test } from '@jest/globals';
import type { BakeDefinition } from '../src/docker/bake.ts';
import { openWorkshop } from './workshop.ts';

const cacheOf = '127.0.0.1:4566/smartboard-web:build-cache';

/** What the bake definition says of caches, for one service. */
async function caches(inputs: Readonly<Record<string, string>>, { exists = false } = {}) {
  const workshop = await openWorkshop();
  if (exists) await workshop.pushCache('web');
  const targets: BakeDefinition['target'][] = [];
  const { error } = await workshop.run(
    { services: 'web', ...inputs },
    { onBake: ({ target }) => void targets.push(target) },
  );
  const calls = workshop.stage.calls.map(({ operation }) => operation);
  await workshop.close();
  expect(error).toBeUndefined();
  const { 'cache-from': from = [], 'cache-to': to = [] } = targets[0]!['web']!;
  return { from, to, calls };
}

test('the first build writes a cache into its repository, in the form that ECR takes', async () => {
  const { from, to, calls } = await caches({});
  expect(from).toEqual([]);
  expect(to).toEqual([
    `type=registry,ref=${cacheOf},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
  ]);
  expect(calls).not.toContain('DescribeRepositories');
});

test('a later one reads it, and does not write it when the tag may not move', async () => {
  const { from, to, calls } = await caches({}, { exists: true });
  expect(from).toEqual([`type=registry,ref=${cacheOf}`]);
  expect(to).toEqual([]);
  expect(calls).toContain('DescribeRepositories');
});

test.each([
  ['none', [], []],
  ['gha', ['type=gha,scope=web'], ['type=gha,scope=web,mode=max']],
  ['type=local,src=/cache/{service}', ['type=local,src=/cache/web'], ['type=local,src=/cache/web']],
])('what is given is taken as it is: %s', async (given, from, to) => {
  expect(await caches({ 'cache-from': given, 'cache-to': given })).toMatchObject({ from, to });
});

test("the token of GitHub's cache is passed on only when that cache is asked for", async () => {
  for (const [given, passed] of [
    ['gha', true],
    ['registry', false],
  ] as const) {
    const workshop = await openWorkshop();
    await workshop.run({ 'cache-from': given }, { variables: { ACTIONS_RUNTIME_TOKEN: 'token-of-the-cache' } });
    const told = workshop.dockerCalls.some(({ environment }) => 'ACTIONS_RUNTIME_TOKEN' in environment);
    expect(told).toBe(passed);
    await workshop.close();
  }
});
