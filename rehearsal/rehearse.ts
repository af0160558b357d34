import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SelectedManifest } from '../lib/core/manifest/select.ts';
import { openAccount } from './account.ts';
import type { RehearsalArguments } from './arguments.ts';
import { prepareBuilder } from './builder/prepare.ts';
import { claimOf } from './claim.ts';
import type { Infrastructure } from './infra/index.ts';
import type { Life } from './life.ts';
import { openLogDirectory } from './log-directory.ts';
import { example, type RehearsedManifest } from './manifest.ts';
import { watchMemory } from './memory.ts';
import type { RehearsalReport, ReleaseOutcome } from './outcome.ts';
import { playRelease } from './release.ts';
import { manifestName, reportRehearsal } from './report.ts';
import { checkOut, type Repository } from './repository.ts';
import { scenarios } from './scenarios/index.ts';
import type { ReleasePlan } from './scenarios/scenario.ts';
import { serveUntilInterrupted } from './serve.ts';
import { optionsFor, startProgress, type Progress } from './show/progress.ts';
import { describeServiceState } from './show/service-state.ts';
import { asExpected, summarize } from './show/summary.ts';
import type { ServiceTruth, SimulatedAws } from './simulated-aws.ts';
import { watchServices } from './watch.ts';

/** Plays one scenario from an empty account to the summary, and says whether it ended as it should. */
export async function rehearse(wish: RehearsalArguments, manifest: RehearsedManifest, life: Life): Promise<number> {
  const started = performance.now();
  const stage = await setStage(wish, manifest, life);
  const memory = watchMemory(stage.aws.processId);
  life.onEnd(() => void memory.stop());
  const { outcomes, before } = await playReleases(stage);
  const { scope } = stage.infrastructure;
  const judgement = await stage.aws.judge(claimOf(outcomes.at(-1)!, { scope, before }));
  const report = reportRehearsal({
    wish,
    scenario: scenarios[wish.scenario],
    outcomes,
    application: scope.application,
    truth: await stage.aws.truth(),
    judgement,
    calls: await stage.aws.calls(),
    memory: memory.stop(),
    notSimulated: stage.infrastructure.notSimulated,
    provisionSeconds: stage.seconds,
    wallSeconds: (performance.now() - started) / 1000,
  });
  if (wish.report !== undefined) await writeFile(wish.report, `${JSON.stringify(report, null, 2)}\n`);
  return conclude(wish, stage, report, life);
}

type Stage = {
  readonly wish: RehearsalArguments;
  readonly aws: SimulatedAws;
  readonly infrastructure: Infrastructure;
  readonly environment: SelectedManifest['environment'];
  readonly repository: Repository;
  readonly progress: Progress;
  readonly tools: readonly string[];
  readonly logDirectory: string;
  readonly life: Life;
  readonly seconds: number;
};

async function setStage(wish: RehearsalArguments, manifest: RehearsedManifest, life: Life): Promise<Stage> {
  const started = performance.now();
  const { environment, services } = manifest.selected;
  const tools = await prepareBuilder(wish.builder, join(life.directory, 'tools'));
  const { interactive, ...terminal } = optionsFor(process.stdout, services.size + 1);
  const progress = startProgress([...services.keys()], { ...terminal, interactive: interactive && !wish.verbose });
  life.onEnd(() => progress.end());
  progress.say(`${scenarios[wish.scenario].says} (scenario ${wish.scenario}, seed ${wish.seed})`);
  const { aws, infrastructure, repository: name } = await openAccount(wish, manifest, { life, progress });
  const repository = await checkOut(example, join(life.directory, 'workspace'), name);
  if (wish.manifest !== undefined) await repository.edit('slipway.yml', () => manifest.text);
  const logDirectory = await openLogDirectory();
  const seconds = (performance.now() - started) / 1000;
  return { wish, aws, infrastructure, environment, repository, progress, tools, logDirectory, life, seconds };
}

type Played = {
  readonly outcomes: readonly ReleaseOutcome[];
  /** What ran before the release under test, or before the one that a rollback leaves. */
  readonly before: readonly ServiceTruth[];
};

async function playReleases(stage: Stage): Promise<Played> {
  const { releases } = scenarios[stage.wish.scenario];
  const outcomes: ReleaseOutcome[] = [];
  const standings: (readonly ServiceTruth[])[] = [];
  for (const [index, plan] of releases.entries()) {
    standings.push(await stage.aws.truth());
    outcomes.push(await play(stage, plan, index + 1));
  }
  const left = releases.at(-1)?.operation === 'rollback' ? -2 : -1;
  return { outcomes, before: standings.at(left) ?? [] };
}

async function play(stage: Stage, plan: ReleasePlan, run: number): Promise<ReleaseOutcome> {
  const { aws, progress, life, wish } = stage;
  const { application } = stage.infrastructure.scope;
  const show = (services: readonly ServiceTruth[]) => {
    for (const truth of services) progress.service(manifestName(application, truth), describeServiceState(truth));
  };
  const watch = watchServices(aws, show);
  try {
    return await playRelease({
      ...stage,
      plan,
      run,
      arguments: wish,
      directory: join(life.directory, `job-${run}`),
      signal: life.signal,
      onStep: (step) => progress.phase(`${step} — ${plan.title}`),
      onLine(step, line) {
        if (wish.verbose) process.stdout.write(`${step} | ${line}\n`);
        const said = step === 'deploy-ecs' ? undefined : serviceLine.exec(line)?.groups;
        if (said?.['service'] !== undefined) progress.service(said['service'], said['state'] ?? '');
      },
    });
  } finally {
    await watch.stop();
  }
}

/** What an action says of one service: `svc-auth: pushed …`; before deploy-ecs nothing of it is to be seen in ECS. */
const serviceLine = /^(?<service>[a-z][a-z0-9-]*): (?<state>.*)$/;

async function conclude(wish: RehearsalArguments, stage: Stage, report: RehearsalReport, life: Life): Promise<number> {
  stage.progress.end();
  const { frontDoor } = stage.infrastructure;
  process.stdout.write(summarize(report, { address: frontDoor, aws: stage.aws.url, logs: stage.logDirectory }));
  const code = report.agrees && asExpected(report) ? 0 : 1;
  if (frontDoor !== undefined) process.stdout.write(`Smartboard is at ${frontDoor}\n`);
  if (!wish.exit) await serveUntilInterrupted(life);
  return code;
}
