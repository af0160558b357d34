import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { simulateAws } from '../../../simulator/aws.ts';
import { readFileAt } from '../read-file.ts';
import { commentLimit, keepComment } from '../sticky-comment.ts';

const repository = 'octo-org/smartboard';
const marker = '<!-- mark -->';

let cloud: ReturnType<typeof simulateAws>;
let access: { token: string; repository: string; apiUrl: string };

beforeEach(async () => {
  cloud = simulateAws();
  cloud.describeJob({ permissions: { 'pull-requests': 'write', contents: 'read' } });
  const { url } = await cloud.listen({ port: 0 });
  access = { token: cloud.jobApiToken, repository, apiUrl: `${url}/_github/api` };
});
afterEach(() => cloud.close());

const keep = (text: string, pullRequest = 7) => keepComment({ ...access, pullRequest, marker, text });
const bodies = (pullRequest = 7) => cloud.githubComments.of(pullRequest).map(({ body }) => body);

test('a first comment is written, then edited, and left alone when it says the same', async () => {
  expect([await keep('one'), await keep('two'), await keep('two')]).toEqual(['written', 'edited', 'unchanged']);
  expect(bodies()).toEqual([`${marker}\ntwo`]);
  expect(cloud.calls()).toMatchObject({ 'github:createComment': 1, 'github:updateComment': 1 });
});

test('each pull request has its own', async () => {
  await keep('one');
  expect(await keep('other', 8)).toBe('written');
  expect([bodies(), bodies(8)]).toEqual([[`${marker}\none`], [`${marker}\nother`]]);
});

test.each([
  ['of a person who has copied the marker', { login: 'mallory', type: 'User' as const }],
  ['of another bot', { login: 'other[bot]', type: 'Bot' as const }],
])('a comment %s is left as it is', async (_, user) => {
  cloud.githubComments.write(7, `${marker}\nfalse`, user);
  expect(await keep('true')).toBe('written');
  expect(bodies()).toEqual([`${marker}\nfalse`, `${marker}\ntrue`]);
});

test('a comment of the bot that only quotes the marker is another one', async () => {
  cloud.githubComments.write(7, `> ${marker}\nquoted`);
  expect(await keep('own')).toBe('written');
});

test('it is found behind a hundred others', async () => {
  for (let count = 0; count < 230; count++) cloud.githubComments.write(7, 'talk', { login: 'octocat', type: 'User' });
  await keep('one');
  expect(await keep('two')).toBe('edited');
  expect(bodies().filter((body) => body.startsWith(marker))).toEqual([`${marker}\ntwo`]);
});

test('as long as GitHub takes, and no longer', async () => {
  const room = commentLimit - marker.length - 1;
  expect(await keep('x'.repeat(room))).toBe('written');
  await expect(keep('x'.repeat(room + 1))).rejects.toMatchObject({ status: 422 });
});

test('without the right to write nothing is written', async () => {
  cloud.describeJob({ permissions: { 'pull-requests': 'read' } });
  await expect(keep('one')).rejects.toMatchObject({ status: 403 });
  expect(bodies()).toEqual([]);
});

test('a file is read as it is at a commit', async () => {
  const commit = 'a'.repeat(40);
  cloud.describeFiles({ [commit]: { 'deploy/slipway.yml': 'version: 1\n' } });
  const read = (path: string, at = commit) => readFileAt({ ...access, path, commit: at });
  expect(await read('deploy/slipway.yml')).toBe('version: 1\n');
  expect([await read('slipway.yml'), await read('deploy/slipway.yml', 'b'.repeat(40))]).toEqual([undefined, undefined]);
  cloud.describeJob({ permissions: {} });
  await expect(read('deploy/slipway.yml')).rejects.toMatchObject({ status: 403 });
});
