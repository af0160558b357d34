import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../../../../lib/core/errors.ts';
import { isDigest } from '../../../../lib/core/registry.ts';
import { bakeDefinition } from './bake.ts';
import { type FailedImage, blamedService, builderIsLost, callFailure } from './build-failure.ts';
import type { BuildResult, BuildTask, BuildWorld, BuildableImage, PushedAs } from './building.ts';
import { callDocker, outlivingPushes } from './calls.ts';
import { type BakeProgress, watchBake } from './bake-progress.ts';
import { type PushWay, choosePushWay, tagToPush, wayAfterFailure } from './push-way.ts';

const command = 'docker buildx bake';

/**
 * All images by one call of `docker buildx bake`. It gives up on all of them when one fails; so it is called again
 * without that one, and what the others had done already comes out of the builder's cache.
 */
export async function bakeImages(task: BuildTask, world: BuildWorld): Promise<BuildResult> {
  const failed: FailedImage[] = [];
  const progress = watchBake(world.clock, task.images.length === 1 ? task.images[0]?.service : undefined);
  const bakeNext = openBake(task, world, progress);
  let images = task.images;
  while (images.length > 0) {
    const { code, tail, metadata, push } = await outlivingPushes(() => bakeNext(images), world);
    const services = images.map(({ service }) => service);
    if (code === 0) {
      const pushed = push.kind === 'none' ? undefined : readPushed(metadata, images, push);
      const built = services.map((service) => ({ service, pushed: pushed?.get(service), ...progress.of(service) }));
      return { built, failed };
    }
    if (push.kind === 'content' && tail.some((line) => tagIsTaken.test(line))) continue;
    const blamed = builderIsLost(code, tail) ? undefined : blamedService(tail, services);
    if (blamed === undefined) throw callFailure({ command, code, tail });
    failed.push({ service: blamed, command, code, tail });
    images = images.filter(({ service }) => service !== blamed);
  }
  return { built: [], failed };
}

/** Somebody else was faster with the same content, and ECR lets the tag not go from their image to ours. */
const tagIsTaken = /cannot be overwritten because/;

type Bake = {
  readonly code: number;
  readonly tail: readonly string[];
  readonly metadata: string;
  readonly push: PushWay;
};

/** One call after the other, each of which knows how the ones before have gone. */
function openBake(
  task: BuildTask,
  world: BuildWorld,
  progress: BakeProgress,
): (images: readonly BuildableImage[]) => Promise<Bake> {
  let next = choosePushWay(task, world.builder);
  return async (images) => {
    const push = next;
    progress.begin();
    const call = await bake({ ...task, images, push }, world, (line) => progress.see(line));
    if (call.code !== 0) next = wayAfterFailure(push);
    return { ...call, push };
  };
}

async function bake(
  task: Omit<BuildTask, 'push'> & { readonly push: PushWay },
  world: BuildWorld,
  onLine: (line: string) => void,
): Promise<Omit<Bake, 'push'>> {
  const { directory, builderName } = world;
  const definition = join(directory, 'bake.json');
  const metadata = join(directory, 'metadata.json');
  const wishes = { ...task, inDaemon: world.builder.kind === 'daemon' };
  await writeFile(definition, `${JSON.stringify(bakeDefinition(wishes), undefined, 2)}\n`);
  await writeFile(metadata, '{}');
  const words = [
    'buildx',
    'bake',
    '--file',
    definition,
    '--metadata-file',
    metadata,
    '--progress',
    'plain',
    ...(builderName === undefined ? [] : ['--builder', builderName]),
    ...filesToRead(task).map((path) => `--allow=fs.read=${path}`),
  ];
  const title = `${command} (${task.images.length} ${task.images.length === 1 ? 'image' : 'images'})`;
  const call = await callDocker(words, { title, onLine }, world);
  return { ...call, metadata: await readFile(metadata, 'utf8') };
}

/** Bake asks a person before it reads outside of its folder, and there is nobody here. */
function filesToRead({ images }: Pick<BuildTask, 'images'>): readonly string[] {
  return [...new Set(images.flatMap(({ secrets }) => secrets.map(({ file }) => file)))];
}

/** What was pushed of each target, out of what `--metadata-file` holds. */
function readPushed(text: string, images: readonly BuildableImage[], push: PushWay): ReadonlyMap<string, PushedAs> {
  const targets: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = JSON.parse(text);
  return new Map(
    images.map((image) => {
      const { service } = image;
      const digest = targets[service]?.['containerimage.digest'];
      if (typeof digest === 'string' && isDigest(digest)) return [service, { digest, tag: tagToPush(image, push) }];
      throw new ActionError('E_STATE', `docker reports no digest for ${service}.`, {
        remedy: 'Use a builder with BuildKit, e.g. by docker/setup-buildx-action before this step.',
        place: service,
      });
    }),
  );
}
