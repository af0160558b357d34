import { configEnv } from '../../../actions/config-env/src/main.ts';
import { deployEcs } from '../../../actions/deploy-ecs/src/main.ts';
import { runMigrations } from '../../../actions/run-migrations/src/main.ts';
import type { Images } from '../../../lib/core/release.ts';
import type { RunWishes, Stage, StepRun } from './stage.ts';

/** What a release's later steps are given. */
export type Prepared = { readonly images: Images; readonly inputs: Readonly<Record<string, string>> };

export type Labels = Readonly<Record<string, string>>;

/** Pushes an image of every service (with labels that say how it behaves) and resolves the configuration. */
export async function prepareRelease(stage: Stage, labels: Readonly<Record<string, Labels>> = {}): Promise<Prepared> {
  const names = [...stage.manifest.services.keys()];
  const digests = await Promise.all(names.map(async (name) => [name, await stage.push(name, labels[name])] as const));
  const images = Object.fromEntries(digests);
  const configured = await stage.run('config-env', configEnv, {});
  if (configured.error !== undefined) throw configured.error;
  return { images, inputs: { images: JSON.stringify(images), config: configured.outputs['config'] ?? '' } };
}

export function migrate(
  stage: Stage,
  { inputs }: Prepared,
  others: Labels = {},
  wishes: RunWishes = {},
): Promise<StepRun> {
  return stage.run('run-migrations', runMigrations, { ...inputs, ...others }, wishes);
}

export function deploy(
  stage: Stage,
  { inputs }: Prepared,
  others: Labels = {},
  wishes: RunWishes = {},
): Promise<StepRun> {
  return stage.run('deploy-ecs', deployEcs, { ...inputs, ...others }, wishes);
}

export function operate(stage: Stage, inputs: Labels, wishes: RunWishes = {}): Promise<StepRun> {
  return stage.run('deploy-ecs', deployEcs, inputs, wishes);
}

/** What runs in truth: by ECS service, the digests of its running tasks. */
export function runningDigests(stage: Stage): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    stage.cloud.ecs.truth().map(({ service, runningDigests: digests }) => [service, [...new Set(digests)]]),
  );
}
