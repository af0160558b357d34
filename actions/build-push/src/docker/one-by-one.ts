import type { FailedImage } from './build-failure.ts';
import {
  type BuildResult,
  type BuildTask,
  type BuildWorld,
  type BuildableImage,
  type BuiltImage,
  mustPull,
} from './building.ts';
import { callDocker, outlivingPushes } from './calls.ts';

/** Without buildx: `docker build` and `docker push`, one image after the other. */
export async function buildOneByOne({ images, ...task }: BuildTask, world: BuildWorld): Promise<BuildResult> {
  const built: BuiltImage[] = [];
  const failed: FailedImage[] = [];
  for (const image of images) {
    const outcome = await buildOne(image, task, world);
    if ('pushed' in outcome) built.push(outcome);
    else failed.push(outcome);
  }
  return { built, failed };
}

async function buildOne(
  image: BuildableImage,
  task: Omit<BuildTask, 'images'>,
  world: BuildWorld,
): Promise<BuiltImage | FailedImage> {
  const { service } = image;
  const startedAt = world.clock.elapsed();
  const seconds = () => (world.clock.elapsed() - startedAt) / 1000;
  const reference = task.push ? `${task.address}/${image.repository}:${task.pushTag}` : undefined;
  const made = await callDocker(buildWords(image, task, reference), { title: `docker build (${service})` }, world);
  if (made.code !== 0) return { service, command: 'docker build', ...made };
  if (reference === undefined) return { service, pushed: undefined, seconds: seconds(), fromCache: false };
  const pushed = await outlivingPushes(
    () => callDocker(['push', reference], { title: `docker push (${service})` }, world),
    world,
  );
  const digest = pushed.tail.findLast((line) => pushedDigest.test(line))?.match(pushedDigest)?.[1];
  if (pushed.code !== 0 || digest === undefined) return { service, command: 'docker push', ...pushed };
  return { service, pushed: { digest, tag: task.pushTag }, seconds: seconds(), fromCache: false };
}

/** `<tag>: digest: sha256:… size: 524` is the last line of a push. */
const pushedDigest = /\bdigest: (sha256:[0-9a-f]{64})\b/;

/** Every value is one word with its option, so none can pass for an option of its own. */
function buildWords(image: BuildableImage, { options }: Pick<BuildTask, 'options'>, tag: string | undefined): string[] {
  const { build, labels } = image;
  return [
    'build',
    ...(tag === undefined ? [] : [`--tag=${tag}`]),
    `--file=${build.dockerfile}`,
    `--platform=${build.platforms[0]}`,
    ...(build.target === undefined ? [] : [`--target=${build.target}`]),
    ...[...build.args].map(([name, value]) => `--build-arg=${name}=${value}`),
    ...[...labels].map(([name, value]) => `--label=${name}=${value}`),
    ...(options.noCache ? ['--no-cache'] : []),
    ...(mustPull(image, options) ? ['--pull'] : []),
    '--',
    build.context,
  ];
}
