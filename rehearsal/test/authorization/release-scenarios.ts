import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configEnv } from '../../../actions/config-env/src/main.ts';
import { cleanUp } from '../../../actions/deploy-ecs/src/post/post.ts';
import { policyOf } from '../../../infra/lib/policies/document.ts';
import { planGrants } from '../../../infra/lib/policies/plan.ts';
import { githubTrust } from '../../../infra/lib/policies/trust.ts';
import { readAttempts, writeAttempt } from '../../../lib/aws/ledger/migrations.ts';
import { overwriteParameter } from '../../../lib/aws/ssm.ts';
import { pass } from '../../../simulator/clock.ts';
import { deploy, type Labels, migrate, operate, type Prepared, prepareRelease } from '../stage/release.ts';
import { smallManifest } from '../stage/smartboard.ts';
import type { Stage, StepRun } from '../stage/stage.ts';

export type Scenario = (stage: Stage) => Promise<void>;

const scaled = (rules: string) =>
  smallManifest.replace('    ingress: /*\n', `    ingress: /*\n    scaling: ${rules}\n`);
const byProcessor = '{ min: 1, max: 4, cpu: 60, requests: 500 }';
const withoutWorker = smallManifest.replace(/ {2}worker:[\s\S]*?(?=database:)/, '');

/** The fewest that need every command but those of a build; one after the other on one stage. */
export const releases = {
  // Before anything runs: weeks pass, and every health check of a task would be played.
  async 'derived secrets that are no longer needed, and needed again'(stage) {
    for (const schema of ['one', 'two', 'one']) {
      await pass(days(schema === 'two' ? 20 : 0), stage.cloud.clock);
      await rewrite(stage, smallManifest.replace('?schema=auth', `?schema=${schema}`));
      good(await stage.run('config-env', configEnv, {}));
    }
    await rewrite(stage, smallManifest);
  },

  async 'a first release that migrates and is scaled'(stage) {
    await rewrite(stage, scaled(byProcessor));
    const prepared = await prepareRelease(stage, { 'svc-auth': { 'simulator.log': 'ready' } });
    good(await migrate(stage, prepared));
    good(await deploy(stage, prepared, {}, { runId: '1001' }));
  },

  async 'a release of which one service fails while another is on its way'(stage) {
    const prepared = await prepareRelease(stage, {
      'svc-auth': { version: '2', 'simulator.healthy-after': '200' },
      worker: { 'simulator.exit-code': '1' },
    });
    const run = await deploy(stage, prepared, { services: 'svc-auth,worker' }, { runId: '1002' });
    ended(run, 'undone');
  },

  async 'a rollback to the release before'(stage) {
    good(await deploy(stage, await prepareRelease(stage, { web: { version: '3' } }), {}, { runId: '1003' }));
    ended(
      await operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1004' }),
      'rolled-back',
    );
    await operate(stage, { operation: 'resume', reason: 'it is mended' }, { runId: '1005' });
  },

  async 'an entry of the ledger that came too late'(stage) {
    const head = '/smartboard/prod/release/head';
    await overwriteParameter(stage.aws, { name: head, value: stage.cloud.ssm.valueOf(head) ?? '' });
    good(await operate(stage, { operation: 'status' }, { runId: '1013' }));
  },

  async 'what would change, asked by the role of pull requests'(stage) {
    const prepared = await prepareRelease(stage, { web: { version: '4' } });
    const reading = { 'role-to-assume': await provisionPlanRole(stage) };
    for (const operation of ['plan', 'status'])
      good(await operate(stage, { ...prepared.inputs, ...reading, operation }, { runId: '1014' }));
  },

  async 'a service that is scaled by another metric, then not at all'(stage) {
    await rewrite(stage, scaled('{ min: 1, max: 4, memory: 70 }'));
    good(await deploy(stage, await prepareRelease(stage), {}, { runId: '1007' }));
    await rewrite(stage, smallManifest);
    good(await deploy(stage, await prepareRelease(stage), {}, { runId: '1008' }));
  },

  async 'a cancelled release, and what its job does at its end'(stage) {
    const prepared = await prepareRelease(stage, { web: { version: '9' } });
    const cancel = new AbortController();
    const onLine = (line: string) => void (line.startsWith('web: updated') && cancel.abort(new Error('cancelled')));
    const main = await deploy(stage, prepared, {}, { runId: '1009', signal: cancel.signal, onLine });
    const { state } = main;
    good(await stage.run('deploy-ecs', cleanUp, {}, { runId: '1009', state }));
    await pass(300_000, stage.cloud.clock);
  },

  async 'a service that the manifest no longer has'(stage) {
    await rewrite(stage, withoutWorker);
    const { images, inputs } = await prepareRelease(stage);
    const { worker: _gone, ...kept } = images;
    const prepared: Prepared = { images: kept, inputs: { ...inputs, images: JSON.stringify(kept) } };
    const wishes: Labels = { services: 'svc-auth,web', prune: 'true' };
    good(await deploy(stage, prepared, wishes, { runId: '1010' }));
    await rewrite(stage, smallManifest);
  },

  async 'a secret that has been rotated'(stage) {
    await stage.byHand.putSecret(
      'smartboard/rds/credentials',
      JSON.stringify({ username: 'smartboard', password: 'new' }),
    );
    good(await stage.run('config-env', configEnv, {}));
  },

  async 'a migration that is stopped at its time-out'(stage) {
    const prepared = await prepareRelease(stage, { 'svc-auth': { version: '4', 'simulator.command.runs-for': '900' } });
    const run = await migrate(
      stage,
      prepared,
      { 'timeout-minutes': '1', 'stop-on-timeout': 'true' },
      { runId: '1011' },
    );
    if (run.error?.code !== 'E_STATE') throw run.error ?? new Error('The migration was not stopped.');
  },

  async 'a ledger with more migrations than it keeps'(stage) {
    await migratedOften(stage);
    const prepared = await prepareRelease(stage, { 'svc-auth': { version: '5' } });
    good(await migrate(stage, prepared, {}, { runId: '1012' }));
  },
} satisfies Readonly<Record<string, Scenario>>;

/** As the delivery stack makes it. */
async function provisionPlanRole({ cloud, manifest }: Stage): Promise<string> {
  const properties = {
    RoleName: 'smartboard-prod-plan',
    AssumeRolePolicyDocument: githubTrust('plan', manifest),
    Policies: [{ PolicyName: 'granted', PolicyDocument: policyOf(planGrants(manifest)) }],
  };
  const { plan } = await cloud.provision([{ id: 'plan', type: 'AWS::IAM::Role', properties }]);
  return plan?.attributes['Arn'] ?? '';
}

const rewrite = (stage: Stage, manifest: string) => writeFile(join(stage.directory, 'slipway.yml'), manifest);
const days = (count: number) => count * 24 * 3_600_000;

/** Migrations of 21 images that no release has kept. */
async function migratedOften(stage: Stage): Promise<void> {
  const run = { repository: 'a/b', workflow: '', id: '1', number: 1, attempt: 1, actor: '' };
  for (let at = 1; at <= 21; at++) {
    const name = `/smartboard/prod/migrations/svc-auth/0-${String(at).padStart(16, '0')}`;
    const digest = `sha256:${String(at).padStart(64, '0')}`;
    const attempt = { number: 1, token: '', taskDefinition: 'm:1', digest, at: '', run, outcome: 'succeeded' as const };
    await pass(1_000, stage.cloud.clock);
    await writeAttempt(stage.aws, name, { before: await readAttempts(stage.aws, name), attempt, nonce: `${at}` });
  }
}

/** What did not go well proves nothing about the role. */
export function good({ error, warnings }: StepRun): void {
  if (error !== undefined) throw error;
  const denied = warnings.filter((warning) => /AccessDenied|not authorized/.test(warning));
  if (denied.length > 0) throw new Error(denied.join('\n'));
}

function ended({ outputs, error }: StepRun, verdict: string): void {
  if (outputs['verdict'] !== verdict) throw error ?? new Error(`The verdict is ${outputs['verdict']}.`);
}
