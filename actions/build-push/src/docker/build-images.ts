import { bakeImages } from './bake-images.ts';
import type { BuildResult, BuildTask, BuildWorld } from './building.ts';
import { buildOneByOne } from './one-by-one.ts';

/** Builds and pushes these images, all at once where buildx can. */
export function buildImages(task: BuildTask, world: BuildWorld): Promise<BuildResult> {
  return world.builder.kind === 'plain-docker' ? buildOneByOne(task, world) : bakeImages(task, world);
}
