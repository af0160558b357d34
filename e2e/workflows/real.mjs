// The committed bundles, played by act through the real deploy.yml against the simulated AWS: real.mjs PROGRAM.
// Whether a story ended as told is asked the simulator, not the log: what runs, what was called, what the ledger says.
import { claimOf, digestsOf, ledgerHead, openSimulatedAccount, repository, scenarios } from './account.mjs';
import { dropsMasked } from './masked.mjs';
import { play, prepareStage } from './stage.mjs';

const act = process.argv[2];
const started = performance.now();
const account = await openSimulatedAccount();
const { aws, infrastructure } = account;
const role = { AWS_ROLE_TO_ASSUME: infrastructure.deployRole };
const prod = { ...role, SLIPWAY_ENVIRONMENT: 'prod', SLIPWAY_INFRA: 'none' };
const registry = { ECR_REGISTRY: new URL(aws.url).host };
const masked = { ...registry, AWS_REGION: infrastructure.scope.region };
const edits = (scenario) => scenarios[scenario].releases[1].edit;
const web = (text) => (at) => at.edit('services/web/version.txt', () => `${text}\n`);
const byHand = { event: 'workflow_dispatch', inputs: { operation: 'rollback', reason: 'web answers nonsense' } };

const ours = { ...prod, ...registry };

/**
 * One after the other in one account: `edit` is what the commit changes, and a failing story's is taken back before the
 * next. Then: how it ends, a call that shows how far it came, and the calls that it must not make.
 */
const stories = [
  ['a push', { vars: ours }, 'succeeded', 'ecs:CreateService'],
  ['a push, CI fails', { vars: ours, edit: web('2'), env: { CI_FAILS: 'yes' } }, 'refused', undefined, /./],
  [
    'a push, a migration fails',
    { vars: ours, edit: edits('failing-migration') },
    'refused',
    'ecs:RunTask',
    /^ecs:(Create|Update)Service$/,
  ],
  ['a push, a service fails', { vars: ours, edit: edits('crash-loop') }, 'undone', 'ecs:UpdateService'],
  [
    "the example's call",
    { folder: 'caller', secrets: role, vars: { SLIPWAY_INFRA: 'none', ...registry }, edit: web('3') },
    'succeeded',
    'ecr:PutImage',
  ],
  [
    'a push, region and registry are masked',
    { vars: prod, secrets: masked, edit: web('4') },
    'succeeded',
    'ecs:UpdateService',
  ],
  ['a rollback', { vars: prod, ...byHand }, 'rolled-back', 'ecs:UpdateService', /^(ecr:PutImage|ecs:RunTask)$/],
];

/** What ran before the last release that succeeded. */
let earlier = [];
try {
  const stage = prepareStage(account, { repository });
  if (!dropsMasked(stage)) throw new Error('The harness hands on what GitHub would drop.');
  let failed = 0;
  for (const story of stories) if (!(await isAsTold(stage, ...story))) failed += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${stories.length} stories with the real bundles, ${failed} told otherwise (${seconds} s)`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await account.end();
}

async function isAsTold(stage, title, { edit, ...story }, verdict, reached, forbidden) {
  const began = performance.now();
  const commit = await stage.commit(story.folder ?? 'own', edit);
  await aws.setCommits(stage.history);
  const [before, head, callsBefore] = [await aws.truth(), await ledgerHead(account), await aws.calls()];
  const { status, output } = await play(act, { account, stage, ...story });
  const called = callsSince(callsBefore, await aws.calls());
  const differences = [
    ...(await differencesFrom(verdict, { commit, before, head })),
    ...(reached === undefined || called.includes(reached) ? [] : [`it did not come to ${reached}`]),
    ...called.filter((call) => forbidden?.test(call)).map((call) => `it called ${call}`),
    ...((status === 0) === isGood(verdict) ? [] : [`exit code ${status}`]),
  ];
  if (verdict === 'succeeded') earlier = before;
  else if (edit !== undefined) stage.takeBack(story.folder ?? 'own');
  const ok = differences.length === 0;
  console.log(
    `${ok ? 'ok    ' : 'FAILED'}  ${title}: ${verdict} (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  );
  if (!ok) console.log(`        ${differences.join('\n        ')}\n${output.slice(-6000)}`);
  return ok;
}

function isGood(verdict) {
  return verdict === 'succeeded' || verdict === 'rolled-back';
}

/** What the simulator holds against the verdict: in what runs, and in the ledger. */
async function differencesFrom(verdict, { commit, before, head }) {
  const images = verdict === 'succeeded' ? await digestsOf(commit, account) : {};
  const basis = { scope: infrastructure.scope, before: verdict === 'rolled-back' ? earlier : before };
  const { differences } = await aws.judge(claimOf({ verdict, images, migrations: [] }, basis));
  const hasMoved = digestsIn(await aws.truth()) !== digestsIn(before);
  return [
    ...differences,
    ...(hasMoved === isGood(verdict) ? [] : [`what runs has ${hasMoved ? '' : 'not '}changed`]),
    ...inLedger(verdict, { commit, head, now: await ledgerHead(account) }),
  ];
}

function inLedger(verdict, { commit, head, now }) {
  const isSo = {
    succeeded: () => now?.newest?.commit === commit && now.current !== head?.current && now.hold === undefined,
    'rolled-back': () => now?.current !== head?.current && now.hold?.reason === byHand.inputs.reason,
  };
  const stands = () => now?.current === head?.current && now?.hold === undefined;
  return (isSo[verdict] ?? stands)() ? [] : [`the ledger's head is ${JSON.stringify(now)}`];
}

function digestsIn(truth) {
  const lines = truth.map(({ service, runningDigests }) => `${service} ${runningDigests}`);
  return lines.toSorted((one, other) => one.localeCompare(other)).join();
}

function callsSince(before, after) {
  return Object.keys(after).filter((call) => after[call] !== (before[call] ?? 0));
}
