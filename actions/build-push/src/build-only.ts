import type { Step } from '../../../lib/github/step.ts';
import { checkScope } from '../../../lib/world/open-session.ts';
import { readManifest } from '../../../lib/world/read-manifest.ts';
import { type Surroundings, rehearsalHost } from '../../../lib/world/surroundings.ts';
import { givenCaches, usesGithubCache } from './caches.ts';
import { checkContexts } from './contexts.ts';
import type { Decision } from './decide.ts';
import { buildFailures } from './docker/build-failure.ts';
import { buildImages } from './docker/build-images.ts';
import { askAboutBuilder } from './docker/builder.ts';
import type { BuiltImage } from './docker/building.ts';
import { checkBuilder } from './docker/check-builder.ts';
import type { Docker } from './docker/docker.ts';
import { jobsDockerHome } from './docker/log-in.ts';
import { openTool } from './docker/tool.ts';
import type { BuildPushInputs } from './inputs.ts';
import { asBuildInput } from './manifest-input.ts';
import { openBuild } from './open-build.ts';
import { type Origin, readOrigin } from './origin.ts';
import type { BuildPlan, ImagePlan } from './plan.ts';
import { planImages } from './plan-images.ts';
import { summarisePlan } from './report-foreseen.ts';
import { describeBuilt, describeToBuild, summariseBuilt } from './report-built.ts';

export type BuildOnly = {
  readonly step: Step;
  readonly surroundings: Surroundings;
  readonly inputs: BuildPushInputs;
  readonly docker: Docker;
};

/**
 * `push: false`: every image is built, to see that it can be, and none is kept. AWS is not asked for anything, so the
 * job needs neither role nor token: a pull request from a fork can have it too. No output is set.
 */
export async function buildOnly(work: BuildOnly): Promise<void> {
  const { step, surroundings, inputs } = work;
  const startedAt = surroundings.clock.elapsed();
  const manifest = await asBuildInput(readManifest(step, inputs));
  checkScope(inputs, manifest.environment);
  const origin = await readOrigin(surroundings.variables);
  const world = { inputs, manifest, aws: undefined, origin, rehearsalHost: rehearsalHost(surroundings) };
  const plan = await planImages(step, world);
  await checkContexts(step.workspace, plan.images);
  const decisions = plan.images.map((image) => toBuild(image, inputs));
  if (inputs.dryRun) return step.summary.add(summarisePlan(plan, decisions));

  step.log.info(describeToBuild(plan.images));
  const built = await buildAll(work, { plan, decisions, origin });
  built.forEach((image) => step.log.info(describeBuilt(image)));
  const seconds = (surroundings.clock.elapsed() - startedAt) / 1000;
  step.summary.add(summariseBuilt(built, plan, seconds));
}

function toBuild(image: ImagePlan, inputs: BuildPushInputs): Decision & { readonly kind: 'build' } {
  const why = '`push` is off';
  const cache = givenCaches(image, inputs);
  return { kind: 'build', image: { ...image, cache, content: { kind: 'unknown', why }, found: undefined }, why };
}

type WhatToBuild = {
  readonly plan: BuildPlan;
  readonly decisions: readonly Decision[];
  readonly origin: Origin;
};

async function buildAll(
  { step, surroundings, inputs, docker }: BuildOnly,
  { plan, decisions, origin }: WhatToBuild,
): Promise<readonly BuiltImage[]> {
  const { variables } = surroundings;
  const home = jobsDockerHome(variables);
  const cacheOfGithub = usesGithubCache(inputs);
  const tool = openTool(step, { docker, home, variables, sourceDate: origin.madeAt, cacheOfGithub });
  const builder = askAboutBuilder(tool, inputs.builder);
  const world = await openBuild({ step, surroundings, inputs }, { tool, builder, logInAgain: async () => {} });
  const images = decisions.map(({ image }) => image);
  checkBuilder(world.builder, images, plan.options);
  const { built, failed } = await buildImages({ ...plan, images, push: false }, world);
  const [first, ...rest] = failed;
  if (first !== undefined) throw buildFailures([first, ...rest], []);
  return built;
}
