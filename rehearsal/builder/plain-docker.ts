import { resolve } from 'node:path';
import type { BakeTarget } from './bake-file.ts';
import { type BakeWorld, buildImage } from './bake.ts';
import { BuildError } from './build-error.ts';
import type { DockerCommand } from './command-line.ts';
import type { Image } from './image.ts';
import { openRepository } from './registry.ts';

/** What was built and not pushed yet, by tag. */
export type LocalImages = Map<string, Image>;

/** `docker build` as it is without buildx: the image stays here until it is pushed. */
export async function buildPlainly(
  command: DockerCommand & { kind: 'build' },
  { directory, local, ...world }: BakeWorld & { directory: string; local: LocalImages },
): Promise<void> {
  const target: BakeTarget = {
    push: undefined,
    name: 'image',
    context: resolve(directory, command.context),
    dockerfile: resolve(directory, command.dockerfile),
    stage: command.stage,
    args: pairs(command.args),
    labels: pairs(command.labels),
    platforms: [command.platform],
    attestations: [],
  };
  const image = await buildImage(target, world);
  if (command.tag !== '') local.set(command.tag, image);
}

/** Answers the last line of `docker push`. */
export async function pushPlainly(
  reference: string,
  { local, dockerConfig, send }: BakeWorld & { local: LocalImages },
): Promise<string> {
  const { repository, tag } = readReference(reference);
  const image = local.get(reference);
  if (image === undefined) throw new BuildError(`An image does not exist locally with the tag: ${repository}`);
  await (await openRepository(repository, dockerConfig, send)).push(image, tag);
  return `${tag}: digest: ${image.top.digest} size: ${image.top.bytes.length}`;
}

function readReference(reference: string): { repository: string; tag: string } {
  const at = reference.lastIndexOf(':');
  if (at < reference.lastIndexOf('/')) throw new BuildError(`${reference} has no tag`);
  return { repository: reference.slice(0, at), tag: reference.slice(at + 1) };
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word.split('=', 1)[0]!, word.slice(word.indexOf('=') + 1)]));
}
