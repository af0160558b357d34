import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { malformed } from '../../../lib/github/inputs.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { readBuildTimes } from './build-times.ts';
import { withCompose } from './compose.ts';
import type { BuildPushInputs } from './inputs.ts';
import type { Origin } from './origin.ts';
import { type BuildPlan, planBuild } from './plan.ts';
import { servicesOfShard } from './shards.ts';

export type PlanningWorld = {
  readonly inputs: BuildPushInputs;
  readonly manifest: SelectedManifest;
  /** Undefined: nobody is to be asked how long builds have taken. */
  readonly aws: Aws | undefined;
  readonly origin: Origin;
  readonly rehearsalHost: string | undefined;
};

/** Reads what the plan rests on besides the manifest (compose file, secret files, build times), and plans. */
export async function planImages(step: Step, world: PlanningWorld): Promise<BuildPlan> {
  const { inputs, manifest, rehearsalHost, origin } = world;
  const chosen = await servicesOfPart(chooseServices(manifest, inputs.services), step, world);
  const services = await addCompose(chosen, step.workspace, inputs.composeFile);
  const { commit, runId, runAttempt } = step.job;
  return planBuild(manifest, {
    ...inputs,
    services,
    secretFiles: await findSecretFiles(step, inputs.secretFiles),
    rehearsalHost,
    run: { id: runId, attempt: runAttempt },
    origin: { repositoryUrl: repositoryUrl(step), commit, madeAt: origin.madeAt },
  });
}

async function servicesOfPart(
  services: readonly Service[],
  { job }: Step,
  { inputs: { shard }, manifest, aws }: PlanningWorld,
): Promise<readonly Service[]> {
  if (shard.kind !== 'part') return services;
  const whereabouts = { application: manifest.application, environment: manifest.environment.name };
  const times = aws === undefined ? new Map() : await readBuildTimes(aws, whereabouts, job.runId);
  return servicesOfShard(services, shard, times);
}

async function addCompose(
  services: readonly Service[],
  workspace: string,
  path: string | undefined,
): Promise<readonly Service[]> {
  if (path === undefined) return services;
  const text = await readFile(join(workspace, path), 'utf8').catch(() => {
    throw malformed('compose-file', 'names a file that is not in the checkout');
  });
  return withCompose(services, { path, text });
}

/** By absolute path: docker and this process need not stand in the same folder. What is in them is masked. */
async function findSecretFiles(
  { workspace, mask }: Pick<Step, 'workspace' | 'mask'>,
  files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map([...files].map(([id, path]) => [id, resolve(workspace, path)]));
  for (const path of found.values()) {
    const text = await readFile(path, 'utf8').catch(() => {
      throw malformed('secret-files', 'names a file that cannot be read', 'Write the file in an earlier step.');
    });
    text
      .split(/\r?\n/)
      .filter((line) => line.trim().length >= shortestSecret)
      .forEach((line) => mask(line.trim()));
  }
  return found;
}

/** Shorter lines of a file are its syntax; masking them would make the log unreadable and hide nothing. */
const shortestSecret = 12;

/** `https://github.com/owner/name`, out of the run's address. */
function repositoryUrl({ job }: Step): string | undefined {
  return job.url?.replace(/\/actions\/runs\/[^/]*$/, '');
}
