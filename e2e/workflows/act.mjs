// The real deploy.yml, played by act: a second reading of its conditions and of what reaches the actions.
// act.mjs PROGRAM. CI and the actions are recorders: the actions themselves are played by real.mjs.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildx, commit, emptyAction, pairs, rewriteWorkflows } from './copy.mjs';

const act = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'slipway-act-'));
const suite = join(folder, 'suite');
const recorders = ['build-push', 'config-env', 'run-migrations', 'deploy-ecs', 'infra'];
const hostile = 'it\'s `id` $(id) "; id; ${{ github.token }} %0A::error::x';

const prod = { SLIPWAY_ENVIRONMENT: 'prod', AWS_ROLE_TO_ASSUME: 'arn:aws:iam::111122223333:role/shop-prod-deploy' };
const bare = { ...prod, SLIPWAY_INFRA: 'none' };
const released = ['build-push', 'config-env', 'run-migrations expand', 'deploy-ecs deploy', 'run-migrations contract'];
const byHand = (inputs, ref = 'refs/heads/main') => ({ event: 'workflow_dispatch', inputs, ref });

/** What is played, what fails on the way, which actions run in which order, and whether the run is green. */
const stories = [
  ['a push', { vars: bare }, released],
  ['a push without an environment', {}, []],
  ['a push, CI fails', { vars: bare, failing: 'ci' }, [], 'red'],
  ['a push, the build fails', { vars: bare, failing: 'build-push' }, ['build-push'], 'red'],
  ['a push, a migration fails', { vars: bare, failing: 'run-migrations' }, released.slice(0, 3), 'red'],
  ['a push, a service fails', { vars: bare, failing: 'deploy-ecs' }, released.slice(0, 4), 'red'],
  ['a push that provisions', { vars: prod }, ['infra registry', 'infra rest', ...released]],
  ['a push, provisioning fails', { vars: prod, failing: 'infra' }, ['infra registry'], 'red'],
  ['a push without a role', { vars: { SLIPWAY_ENVIRONMENT: 'prod', SLIPWAY_INFRA: 'none' } }, [], 'red'],
  ['a plan', { vars: bare, ...byHand({ operation: 'plan' }) }, ['build-push', 'config-env', 'deploy-ecs plan']],
  ['a rollback', { vars: prod, ...byHand({ operation: 'rollback', reason: hostile }) }, ['deploy-ecs rollback']],
  ['a rollback without a reason', { vars: prod, ...byHand({ operation: 'rollback' }) }, [], 'red'],
  ['a start from another branch', { vars: prod, ...byHand({ operation: 'deploy' }, 'refs/heads/x') }, [], 'red'],
  [
    "the example's call",
    { repository: 'caller', secrets: { AWS_ROLE_TO_ASSUME: prod.AWS_ROLE_TO_ASSUME } },
    ['infra registry', 'infra rest', ...released],
  ],
];

try {
  prepare();
  const failed = stories.filter((story) => !isAsTold(...story)).length;
  console.log(`${stories.length} stories, ${failed} told otherwise`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function prepare() {
  cpSync('.github', join(suite, '.github'), { recursive: true });
  rewriteWorkflows(join(suite, '.github/workflows'));
  write(
    'suite/.github/workflows/ci.yml',
    'on: { workflow_call: }\njobs:\n  ci: { runs-on: ubuntu-24.04, steps: [{ run: \'[ "$FAILING" != ci ]\' }] }\n',
  );
  for (const name of recorders) {
    const declared = readFileSync(`actions/${name}/action.yml`, 'utf8').split(/^runs:$/m)[0];
    write(`suite/actions/${name}/action.yml`, `${declared}runs: { using: node24, main: main.mjs }\n`);
    write(`suite/actions/${name}/main.mjs`, recorder(name));
  }
  write('buildx/action.yml', emptyAction);
  cpSync('examples/smartboard/.github', join(folder, 'caller/.github'), { recursive: true });
  for (const repository of ['suite', 'caller', 'buildx']) commit(join(folder, repository));
}

function recorder(name) {
  const outputs = {
    'build-push': 'images={}\\nrelease=r-1\\n',
    'config-env': 'config=/c.json\\n',
    'deploy-ecs': 'release=r-1\\nverdict=succeeded\\n',
  };
  return `import { appendFileSync } from 'node:fs';
const inputs = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('INPUT_')));
appendFileSync(process.env.RECORD, JSON.stringify({ name: '${name}', inputs }) + '\\n');
appendFileSync(process.env.GITHUB_OUTPUT, '${outputs[name] ?? ''}');
if (process.env.FAILING === '${name}') process.exitCode = 1;
`;
}

function sorted(words) {
  return words.toSorted((one, other) => one.localeCompare(other)).join();
}

function isAsTold(title, story, expected, end = 'green') {
  const started = performance.now();
  const { calls, status, output } = play(story);
  const ran = calls.map(wordsOf);
  // build ∥ infra: in either order.
  const inOrder = sorted(ran) === sorted(expected) && ran.at(-1) === expected.at(-1);
  const isIntact = calls.every(
    (call) => wordsOf(call) !== 'deploy-ecs rollback' || call.inputs.INPUT_REASON === hostile,
  );
  const isGood = inOrder && isIntact && (status === 0) === (end === 'green');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const colour = status === 0 ? 'green' : 'red';
  console.log(`${isGood ? 'ok    ' : 'FAILED'}  ${title}: ${ran.join(', ') || 'nothing'}, ${colour} (${seconds} s)`);
  if (!isGood) console.log(`        expected ${expected.join(', ') || 'nothing'}, ${end}\n${output.slice(-4000)}`);
  return isGood;
}

function play({ event = 'push', inputs = {}, ref = 'refs/heads/main', failing = '', repository = 'suite', ...given }) {
  const [record, payload] = [join(folder, 'record'), join(folder, 'event.json')];
  writeFileSync(payload, JSON.stringify({ inputs, ref, repository: { default_branch: 'main' } }));
  writeFileSync(record, '');
  const locals = { 'OWNER/slipway@v1': suite, [buildx]: join(folder, 'buildx') };
  const options = [
    '--pull=false',
    '--no-cache-server',
    ...pairs('-P', { 'ubuntu-24.04': '-self-hosted' }),
    ...pairs('--var', given.vars ?? {}),
    ...pairs('--secret', given.secrets ?? {}),
    ...pairs('--env', { RECORD: record, FAILING: failing }),
    ...pairs('--local-repository', locals),
  ];
  const { status, stdout, stderr } = spawnSync(
    act,
    [event, '-W', '.github/workflows/deploy.yml', '-e', payload, ...options],
    {
      cwd: join(folder, repository),
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
    },
  );
  const lines = readFileSync(record, 'utf8').split('\n').filter(Boolean);
  return { calls: lines.map((line) => JSON.parse(line)), status, output: `${stdout}${stderr}` };
}

function wordsOf({ name, inputs }) {
  const detail = { infra: 'PART', 'run-migrations': 'PHASE', 'deploy-ecs': 'OPERATION' }[name];
  return detail === undefined ? name : `${name} ${inputs[`INPUT_${detail}`]}`;
}

function write(path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
