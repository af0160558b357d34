import { readFile } from 'node:fs/promises';
import type { ReleaseReport } from '../lib/core/release.ts';
import type { RehearsalArguments } from './arguments.ts';
import { startJob, type Job, type JobOptions } from './job.ts';
import type { BuildOutcome, MigrationOutcome, ReleaseOutcome, StepOutcome } from './outcome.ts';
import type { StepResult } from './runner/run-action.ts';
import type { ReleasePlan, StepName } from './scenarios/scenario.ts';

/** Plays one release: the four steps in one job, or deploy-ecs alone for a rollback. */
export type ReleaseOptions = Omit<JobOptions, 'commit'> & {
  readonly plan: ReleasePlan;
  readonly arguments: RehearsalArguments;
  onStep(name: StepName): void;
};

export async function playRelease(options: ReleaseOptions): Promise<ReleaseOutcome> {
  const { plan, repository, aws } = options;
  await plan.edit?.(repository);
  const commit = await repository.commit();
  await aws.setFaults(plan.faults ?? []);
  const steps: StepOutcome[] = [];
  const builds: BuildOutcome[] = [];
  const job = await startJob({ ...options, commit });
  const run = async (name: StepName, inputs: Record<string, string>): Promise<StepResult> => {
    options.onStep(name);
    const started = performance.now();
    const result = await job.step(name, { ...commonInputs(options, name), ...inputs });
    steps.push({ name, seconds: (performance.now() - started) / 1000, status: result.status ?? 1 });
    if (name === 'build-push') builds.push(...buildsOf(result));
    return result;
  };
  try {
    const ended = plan.operation === 'rollback' ? await rollBack(run) : await deploy(run, options);
    return { title: plan.title, commit, steps, builds, ...ended };
  } finally {
    await job.finish();
    await aws.setFaults([]);
  }
}

type Run = (name: StepName, inputs: Record<string, string>) => Promise<StepResult>;
type Ended = Omit<ReleaseOutcome, 'title' | 'commit' | 'steps' | 'builds'>;

async function deploy(run: Run, options: ReleaseOptions): Promise<Ended> {
  const built = await run('build-push', { registry: new URL(options.aws.url).host });
  const images = (parseOutput(built, 'images') ?? {}) as Record<string, string>;
  if (built.status !== 0) return refused('build-push', built, {});

  const release = built.outputs['release'] ?? '';
  const configured = await run('config-env', {});
  if (configured.status !== 0) return refused('config-env', configured, { release, images });

  const handed = { images: built.outputs['images'] ?? '', config: configured.outputs['config'] ?? '' };
  const migrated = await run('run-migrations', handed);
  const migrations = migrationsOf(migrated);
  if (migrated.status !== 0) return refused('run-migrations', migrated, { release, images, migrations });

  const deployed = await run('deploy-ecs', {
    ...handed,
    release,
    'force-new-deployment': String(options.arguments.force),
  });
  return { ...(await verdictOf(deployed)), images, migrations };
}

async function rollBack(run: Run): Promise<Ended> {
  const result = await run('deploy-ecs', { operation: 'rollback', reason: 'the rehearsal asked for it' });
  return { ...(await verdictOf(result)), images: {}, migrations: [] };
}

function commonInputs({ infrastructure }: ReleaseOptions, step: StepName): Record<string, string> {
  const { scope, buildRole, deployRole } = infrastructure;
  return {
    'aws-region': scope.region,
    'role-to-assume': step === 'build-push' ? buildRole : deployRole,
    environment: scope.environment,
  };
}

function refused(failedAt: StepName, result: StepResult, known: Partial<Ended>): Ended {
  return {
    release: undefined,
    verdict: 'refused',
    failedAt,
    error: errorOf(result),
    images: {},
    migrations: [],
    report: undefined,
    ...known,
  };
}

async function verdictOf(result: StepResult): Promise<Omit<Ended, 'images' | 'migrations'>> {
  const file = result.outputs['report'];
  const report =
    file === undefined || file === '' ? undefined : (JSON.parse(await readFile(file, 'utf8')) as ReleaseReport);
  const failed = result.status !== 0;
  return {
    release: result.outputs['release'] ?? report?.release,
    verdict: report?.verdict ?? (result.status === 1 ? 'refused' : 'unknown'),
    failedAt: failed && report === undefined ? 'deploy-ecs' : undefined,
    error: failed ? errorOf(result) : undefined,
    report,
  };
}

function buildsOf(result: StepResult): BuildOutcome[] {
  const builds = (parseOutput(result, 'builds') ?? []) as BuildOutcome[];
  return builds.map(({ service, how, seconds, digest }) => ({ service, how, seconds, digest }));
}

function migrationsOf(result: StepResult): MigrationOutcome[] {
  const tasks = (parseOutput(result, 'tasks') ?? {}) as Record<string, MigrationTask | MigrationTask[]>;
  return Object.entries(tasks).flatMap(([service, found]) =>
    [found].flat().map(({ taskArn, exitCode }) => ({ service, taskArn, exitCode })),
  );
}

type MigrationTask = { taskArn: string; exitCode: number | undefined };

function parseOutput(result: StepResult, name: string): unknown {
  const text = result.outputs[name];
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}

function errorOf(result: StepResult): string {
  const annotation = result.commands.find((command) => command.name === 'error');
  if (annotation !== undefined) return annotation.value;
  if (result.signal !== undefined) return `The step was ended by ${result.signal}, from outside.`;
  return `The step ended with exit code ${result.status ?? 'unknown'} and no word.`;
}

export type { Job };
