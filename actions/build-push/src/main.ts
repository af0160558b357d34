import { releaseId } from '../../../lib/core/release-id.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings, rehearsalHost } from '../../../lib/world/surroundings.ts';
import { buildImages } from './build.ts';
import { checkContexts } from './contexts.ts';
import { docker as installedDocker } from './docker.ts';
import { readBuildPushInputs } from './inputs.ts';
import { logIn, logOut } from './log-in.ts';
import { checkRepositories } from './observe.ts';
import { planBuild } from './plan.ts';
import { describePlan, imagesOutput, summarise, summarisePlan } from './report.ts';
import { observeTags, putTags } from './tag.ts';
import { readBack } from './verify.ts';

/** Builds the image of every service, pushes all of them, and proves that the registry has what was built. */
export async function buildPush(
  step: Step,
  surroundings: Surroundings = realSurroundings,
  docker = installedDocker,
): Promise<void> {
  const { clock, variables } = surroundings;
  const startedAt = clock.elapsed();
  const inputs = readBuildPushInputs(step.inputs, step.job);
  const { manifest, aws } = await openWorld(step, inputs, surroundings);
  const services = chooseServices(manifest, inputs.services);
  const standIn = rehearsalHost(surroundings);
  const plan = planBuild(manifest, { ...inputs, services, rehearsalHost: standIn });
  await checkContexts(step.workspace, plan.images);
  await checkRepositories(aws, plan);
  step.log.info(describePlan(plan));
  if (inputs.dryRun) return step.summary.add(summarisePlan(plan));

  const login = await logIn(step, { aws, plan, rehearsal: standIn !== undefined, variables });
  const digests = await buildImages(step, plan, { docker, login, variables }).finally(() => logOut(step));
  const pushed = await readBack(aws, plan, digests);
  await putTags(aws, await observeTags(aws, pushed, plan.tags));

  const release = releaseId({ at: clock.now(), ...step.job });
  step.outputs.set('images', imagesOutput(pushed));
  step.outputs.set('release', release);
  const seconds = (clock.elapsed() - startedAt) / 1000;
  step.summary.add(summarise(release, pushed, { tags: plan.tags, seconds }));
}

/** At the end of the job: the registry's password is gone, also when the step was killed. */
export function cleanUp(step: Step): Promise<void> {
  return logOut(step);
}
