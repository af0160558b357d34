import { beforeEach, describe, expect, test } from '@jest/globals';
import { account, ask } from './account.ts';

const sha = 'a'.repeat(40);
let world: ReturnType<typeof account>;
beforeEach(() => {
  world = account();
});

function rest(path: string, body?: unknown, token = world.cloud.jobApiToken) {
  const headers = { authorization: `token ${token}` };
  return ask(world.cloud, `/_github/api/repos/octo-org/smartboard/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body,
  });
}

const deployment = { ref: sha, auto_merge: false, required_contexts: [], environment: 'prod' };

describe('the REST API refuses', () => {
  test.each<[string, () => ReturnType<typeof ask>, number, RegExp]>([
    ['whoever has another token', () => rest('deployments', undefined, 'ghs_x'), 401, /Bad credentials/],
    [
      'whoever has none',
      () => ask(world.cloud, '/_github/api/repos/octo-org/smartboard/deployments'),
      404,
      /Not Found/,
    ],
    [
      'another repository',
      () =>
        ask(world.cloud, '/_github/api/repos/octo-org/x/deployments', {
          headers: { authorization: `token ${world.cloud.jobApiToken}` },
        }),
      404,
      /Not Found/,
    ],
    ['what it does not have', () => rest('issues'), 404, /Not Found/],
    [
      'a state that is none',
      async () => rest(`deployments/${(await rest('deployments', deployment)).json.id}/statuses`, { state: 'done' }),
      422,
      /state/,
    ],
    [
      'a long description',
      () => rest('deployments', { ...deployment, description: 'x'.repeat(141) }),
      422,
      /description/,
    ],
    ['to merge', () => rest('deployments', { ref: sha, required_contexts: [] }), 422, /merges nothing/],
    ['a deployment that is not there', () => rest('deployments/99/statuses', { state: 'success' }), 404, /Not Found/],
  ])('%s', async (_what, call, status, message) => {
    const answer = await call();
    expect(answer.status).toBe(status);
    expect(answer.json.message).toMatch(message);
  });

  test('a token without the right', async () => {
    world.cloud.describeJob({ permissions: { deployments: 'read' } });
    expect((await rest('deployments')).status).toBe(200);
    expect((await rest('deployments', deployment)).json.message).toBe('Resource not accessible by integration');
  });
});

test('a success ends the earlier ones of its environment, and no others', async () => {
  const first = await succeed('prod');
  const other = await succeed('staging');
  await succeed('prod');
  expect([await stateOf(first), await stateOf(other)]).toEqual(['inactive', 'success']);
});

async function succeed(environment: string): Promise<number> {
  const { json } = await rest('deployments', { ...deployment, environment });
  await rest(`deployments/${json.id}/statuses`, { state: 'success' });
  return json.id;
}

async function stateOf(id: number): Promise<string> {
  return (await rest(`deployments/${id}/statuses`)).json[0].state;
}

test('whoever describes a job is told where its REST API is', async () => {
  const { json } = await ask(world.cloud, '/_simulator/github', { method: 'POST', body: {} });
  expect(json).toMatchObject({ apiUrl: 'http://127.0.0.1:4566/_github/api', apiToken: world.cloud.jobApiToken });
  const commits = [{ sha }, { sha: 'b'.repeat(40), parents: [sha] }];
  expect((await ask(world.cloud, '/_simulator/commits', { method: 'POST', body: commits })).status).toBe(200);
  expect((await rest(`compare/${sha}...${'b'.repeat(40)}`)).json).toMatchObject({ status: 'ahead', ahead_by: 1 });
});
