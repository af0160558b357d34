import type { Step } from '../../../lib/github/step.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings, rehearsalHost } from '../../../lib/world/surroundings.ts';
import { makeImages } from './apply.ts';
import { noteBuildTimes } from './build-times.ts';
import { buildOnly } from './build-only.ts';
import { planCaches, usesGithubCache } from './caches.ts';
import { type BaseImages, openBaseImages } from './content/base-images.ts';
import { checkContexts } from './contexts.ts';
import { readContents } from './contents.ts';
import { type Decision, decideImages } from './decide.ts';
import { askAboutBuilder } from './docker/builder.ts';
import { type Docker, docker as installedDocker } from './docker/docker.ts';
import { jobsDockerHome, logIn, logOut } from './docker/log-in.ts';
import { openTool } from './docker/tool.ts';
import { readBuildPushInputs } from './inputs.ts';
import { joinShards } from './join.ts';
import { asBuildInput } from './manifest-input.ts';
import { observeImages } from './observe.ts';
import { doubtOnbuilds } from './onbuild.ts';
import { type Hands, openBuild } from './open-build.ts';
import { readOrigin } from './origin.ts';
import { planImages } from './plan-images.ts';
import { describeDecisions } from './report.ts';
import { reportForeseen } from './report-foreseen.ts';
import { reportImages } from './report-images.ts';
import { checkCreation, checkLatest, requireRepositories } from './repositories.ts';
import { passGate } from './pass-gate.ts';
import { noteContents, putTags, taggingPace } from './tag.ts';
import type { BuildPush } from './work.ts';

/** Has the image of every service in the registry, built or found there, proves it, and tags all of them. */
export async function buildPush(
  step: Step,
  surroundings: Surroundings = realSurroundings,
  docker: Docker = installedDocker,
): Promise<void> {
  const startedAt = surroundings.clock.elapsed();
  const inputs = readBuildPushInputs(step.inputs, step.job);
  if (!inputs.push) return buildOnly({ step, surroundings, inputs, docker });
  const { manifest, aws } = await asBuildInput(openWorld(step, inputs, surroundings));
  const origin = await readOrigin(surroundings.variables);
  const plan = await planImages(step, { inputs, manifest, aws, origin, rehearsalHost: rehearsalHost(surroundings) });
  const work: BuildPush = { step, surroundings, inputs, manifest, aws, origin, plan, startedAt };
  await checkContexts(step.workspace, plan.images);
  if (inputs.shard.kind === 'join') return joinShards(work);
  if (inputs.dryRun) return foresee(work, docker);

  const { variables } = surroundings;
  const rehearsal = rehearsalHost(surroundings) !== undefined;
  const login = await logIn(step, { aws, plan, rehearsal, variables });
  try {
    const cacheOfGithub = usesGithubCache(inputs);
    const tool = openTool(step, { docker, home: login, variables, sourceDate: origin.madeAt, cacheOfGithub });
    await haveImages(work, { tool, logInAgain: () => login.renew() });
  } finally {
    await logOut(step);
  }
}

/** At the end of the job: the registry's password is gone, also when the step was killed. */
export function cleanUp(step: Step): Promise<void> {
  return logOut(step);
}

/** A dry run looks with the job's own logins: ECR's password is for those who push, and a plan's role gets none. */
async function foresee(work: BuildPush, docker: Docker): Promise<void> {
  const { step, surroundings, origin, plan } = work;
  const { variables } = surroundings;
  const home = jobsDockerHome(variables);
  const tool = openTool(step, { docker, home, variables, sourceDate: origin.madeAt, cacheOfGithub: false });
  reportForeseen(step, plan, await decide(work, openBaseImages(tool)));
}

async function haveImages(work: BuildPush, hands: Omit<Hands, 'builder'>): Promise<void> {
  const { step, inputs } = work;
  const bases = openBaseImages(hands.tool);
  const builder = askAboutBuilder(hands.tool, inputs.builder);
  try {
    const decisions = await doubtOnbuilds(await decide(work, bases), { bases, log: step.log });
    await carryOut(work, decisions, { ...hands, builder });
  } finally {
    builder.takeBack();
  }
}

async function decide(
  { step, inputs, manifest, aws, origin, plan }: BuildPush,
  bases: BaseImages,
): Promise<readonly Decision[]> {
  const { createRepositories, dryRun, skipUnchanged, noCache } = inputs;
  const wishes = { createRepositories, dryRun, infraByHand: manifest.environment.infra !== undefined };
  checkCreation(wishes);
  const contents = skipUnchanged ? await readContents(step.workspace, plan, bases) : new Map();
  const observed = await observeImages(aws, { ...plan, before: origin.before }, contents);
  await checkLatest(aws, plan.images, plan.tags);
  const images = await requireRepositories({ aws, log: step.log }, observed, wishes);
  const decisions = decideImages(images, { skipUnchanged, noCache });
  step.log.info(describeDecisions(plan, decisions));
  return decisions;
}

async function carryOut(work: BuildPush, decisions: readonly Decision[], hands: Hands): Promise<void> {
  const { step, aws, plan, inputs, manifest } = work;
  const { cacheFrom: from, cacheTo: to } = inputs;
  const withCaches = await planCaches(aws, decisions, { from, to, address: plan.address });
  const { made, built } = await makeImages(withCaches, plan, {
    aws,
    log: step.log,
    build: () => openBuild(work, hands),
  });
  const scans = await passGate(work, made);
  const tagging = { aws, pace: taggingPace(aws) };
  await putTags(tagging, made, plan.tags);
  await noteContents(tagging, made);
  if (inputs.shard.kind === 'part') {
    const whereabouts = { application: manifest.application, environment: manifest.environment.name };
    await noteBuildTimes(aws, whereabouts, { run: step.job.runId, built });
  }
  reportImages(work, made, scans);
}
