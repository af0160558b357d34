// Where the real bundles are played: the suite and the example as repositories of their own, and act between them.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildx, commit, emptyAction, pairs, rewriteWorkflows } from './copy.mjs';

const ci =
  'on: { workflow_call: }\njobs:\n  ci: { runs-on: ubuntu-24.04, steps: [{ run: \'[ "$CI_FAILS" != yes ]\' }] }\n';

/** The suite with its committed bundles, and the example twice: with the suite's deploy.yml, and calling it. */
export function prepareStage({ directory }, { repository }) {
  const at = (name) => join(directory, name);
  for (const name of ['suite', 'own', 'caller', 'buildx', 'jobs']) mkdirSync(at(name));
  cpSync('.github', at('suite/.github'), { recursive: true });
  rewriteWorkflows(at('suite/.github/workflows'));
  writeFileSync(at('suite/.github/workflows/ci.yml'), ci);
  for (const file of committed()) cpSync(file, at(`suite/${file}`));
  for (const name of ['own', 'caller']) cpSync('examples/smartboard', at(name), { recursive: true });
  cpSync(at('suite/.github'), at('own/.github'), { recursive: true, force: true });
  writeFileSync(at('buildx/action.yml'), emptyAction);
  writeFileSync(at('jobs/node'), `#!${process.execPath}\n${readFileSync('e2e/workflows/node-of-jobs.cjs', 'utf8')}`);
  chmodSync(at('jobs/node'), 0o755);
  for (const name of ['suite', 'buildx']) commit(at(name));
  const origin = `https://github.com/${repository}`;
  const history = [];
  return {
    at,
    /** As GitHub tells it: one commit after the other, whichever folder they were made in. */
    history,
    async commit(name, change) {
      await change?.({ edit: async (path, to) => edit(at(name), path, to) });
      const sha = commit(at(name), origin);
      const parents = history.slice(-1).map((last) => last.sha);
      if (history.every((one) => one.sha !== sha)) history.push({ sha, parents });
      return sha;
    },
    /** A commit that takes back the last one. */
    takeBack(name) {
      spawnSync('git', ['revert', '--no-commit', 'HEAD'], { cwd: at(name) });
      commit(at(name), origin);
    },
  };
}

/** What a runner needs of the actions. */
function committed() {
  const listed = spawnSync('git', ['ls-files', 'actions'], { encoding: 'utf8' }).stdout.split('\n');
  return listed.filter((file) => /\/action\.yml$|\/dist\//.test(file));
}

function edit(folder, path, change) {
  const file = join(folder, path);
  writeFileSync(file, change(readFileSync(file, { encoding: 'utf8', flag: 'a+' })));
}

let runs = 0;

/** One run of deploy.yml; its end and what was said. `folder` is the repository that it belongs to. */
export async function play(act, { account, stage, folder = 'own', event = 'push', inputs = {}, ...given }) {
  const ref = 'refs/heads/main';
  const run = ++runs;
  const payload = stage.at(`event-${run}.json`);
  writeFileSync(payload, JSON.stringify({ inputs, ref, repository: { default_branch: 'main' } }));
  const environment = {
    AWS_ENDPOINT_URL: account.aws.url,
    TOKENS: account.tokens,
    API: account.access.apiUrl,
    SECRETS: JSON.stringify(Object.values(given.secrets ?? {})),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: account.access.token,
    GITHUB_RUN_ID: String(1000 + run),
    GITHUB_RUN_NUMBER: String(run),
    ...given.env,
  };
  const options = [
    '--pull=false',
    '--no-cache-server',
    ...pairs('-P', { 'ubuntu-24.04': '-self-hosted' }),
    ...pairs('--var', given.vars ?? {}),
    ...pairs('--secret', { GITHUB_TOKEN: account.access.apiToken, ...given.secrets }),
    ...pairs('--env', environment),
    ...pairs('--local-repository', { 'OWNER/slipway@v1': stage.at('suite'), [buildx]: stage.at('buildx') }),
  ];
  const child = spawn(act, [event, '-W', '.github/workflows/deploy.yml', '-e', payload, ...options], {
    cwd: stage.at(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 180_000,
    signal: account.signal,
    env: {
      ...process.env,
      PATH: [stage.at('jobs'), ...account.tools, process.env.PATH].join(':'),
      XDG_CACHE_HOME: stage.at('cache'),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => void (output += part));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return { status, output };
}
