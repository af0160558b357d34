import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../../../../lib/core/errors.ts';
import { isDigest } from '../../../../lib/core/registry.ts';
import { bakeDefinition } from './bake.ts';
import { type FailedImage, blamedService, builderIsLost, callFailure } from './build-failure.ts';
import type { BuildResult, BuildTask, BuildWorld } from './building.ts';
import { callDocker, outlivingPushes } from './calls.ts';
import { watchBake } from './bake-progress.ts';

const command = 'docker buildx bake';

/**
 * All images by one call of `docker buildx bake`. It gives up on all of them when one fails; so it is called again
 * without that one, and what the others had done already comes out of the builder's cache.
 */
export async function bakeImages(task: BuildTask, world: BuildWorld): Promise<BuildResult> {
  const failed: FailedImage[] = [];
  const progress = watchBake(world.clock, task.images.length === 1 ? task.images[0]?.service : undefined);
  let images = task.images;
  while (images.length > 0) {
    const { code, tail, metadata } = await outlivingPushes(
      () => bake({ ...task, images }, world, (line) => progress.see(line)),
      world,
    );
    if (code === 0) {
      const digests = readDigests(
        metadata,
        images.map(({ service }) => service),
      );
      const built = [...digests].map(([service, digest]) => ({ service, digest, ...progress.of(service) }));
      return { built, failed };
    }
    const services = images.map(({ service }) => service);
    const blamed = builderIsLost(code, tail) ? undefined : blamedService(tail, services);
    if (blamed === undefined) throw callFailure({ command, code, tail });
    failed.push({ service: blamed, command, code, tail });
    images = images.filter(({ service }) => service !== blamed);
  }
  return { built: [], failed };
}

type Bake = { readonly code: number; readonly tail: readonly string[]; readonly metadata: string };

async function bake(task: BuildTask, world: BuildWorld, onLine: (line: string) => void): Promise<Bake> {
  const { directory, builder, builderName } = world;
  const definition = join(directory, 'bake.json');
  const metadata = join(directory, 'metadata.json');
  const pushTag = builder.kind === 'buildkit' ? undefined : task.pushTag;
  await writeFile(definition, `${JSON.stringify(bakeDefinition({ ...task, pushTag }), undefined, 2)}\n`);
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
function filesToRead({ images }: BuildTask): readonly string[] {
  return [...new Set(images.flatMap(({ secrets }) => secrets.map(({ file }) => file)))];
}

/** The digest of each target, out of what `--metadata-file` holds. */
function readDigests(text: string, services: readonly string[]): ReadonlyMap<string, string> {
  const targets: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = JSON.parse(text);
  return new Map(
    services.map((service) => {
      const digest = targets[service]?.['containerimage.digest'];
      if (typeof digest === 'string' && isDigest(digest)) return [service, digest];
      throw new ActionError('E_STATE', `docker reports no digest for ${service}.`, {
        remedy: 'Use a builder with BuildKit, e.g. by docker/setup-buildx-action before this step.',
        place: service,
      });
    }),
  );
}
