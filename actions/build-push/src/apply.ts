import type { Aws } from '../../../lib/aws/session.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { Decision } from './decide.ts';
import { type FailedImage, buildFailures } from './docker/build-failure.ts';
import { buildImages } from './docker/build-images.ts';
import type { BuildTask, BuildWorld, BuiltImage } from './docker/building.ts';
import { checkBuilder } from './docker/check-builder.ts';
import type { ObservedImage } from './observe.ts';
import { readBack } from './read-back.ts';
import { type PushedImage, noteContents, taggingPace } from './tag.ts';

/** An image that the registry has, and how it came there. */
export type MadeImage = PushedImage & {
  readonly how: 'built' | 'cached' | 'retagged';
  readonly seconds: number;
  readonly why: string;
};

export type ApplyWorld = { readonly aws: Aws; readonly log: Log; readonly build: () => Promise<BuildWorld> };

type TaskForAll = Omit<BuildTask, 'images' | 'push'>;

/**
 * Builds what is to be built, pushes it and reads it back. Throws Findings (E_STATE) for images that could not be made;
 * what the others were made of is noted down first, so that the next run need not build them again.
 */
export async function makeImages(
  decisions: readonly Decision[],
  task: TaskForAll,
  { aws, log, build }: ApplyWorld,
): Promise<{ readonly made: readonly MadeImage[]; readonly built: readonly BuiltImage[] }> {
  const toBuild = decisions.filter((decision) => decision.kind === 'build');
  const { built, failed } =
    toBuild.length === 0
      ? { built: [], failed: [] }
      : await buildAll(
          toBuild.map(({ image }) => image),
          task,
          await build(),
        );
  const found = new Map(built.map((image) => [image.service, image]));
  const made = await Promise.all(
    decisions.map(async (decision): Promise<MadeImage | undefined> => {
      const { image } = decision;
      if (decision.kind === 'retag')
        return { image, stored: decision.stored, pushedAs: undefined, how: 'retagged', seconds: 0, why: unchanged };
      const result = found.get(image.service);
      if (result?.pushed === undefined) return undefined;
      const stored = await readBack(aws, image, result.pushed.digest);
      log.info(`${image.service}: pushed ${stored.digest}`);
      const { seconds, fromCache, pushed } = result;
      return { image, stored, pushedAs: pushed.tag, how: fromCache ? 'cached' : 'built', seconds, why: decision.why };
    }),
  );
  const ready = made.filter((image) => image !== undefined);
  await refuseFailures(aws, failed, ready);
  return { made: ready, built };
}

const unchanged = 'the registry has the same content';

function buildAll(images: readonly ObservedImage[], task: TaskForAll, world: BuildWorld) {
  checkBuilder(world.builder, images, task.options);
  return buildImages({ ...task, images, push: true }, world);
}

async function refuseFailures(
  aws: Aws,
  [first, ...rest]: readonly FailedImage[],
  ready: readonly MadeImage[],
): Promise<void> {
  if (first === undefined) return;
  const built = ready.filter(({ how }) => how !== 'retagged');
  await noteContents({ aws, pace: taggingPace(aws) }, built);
  throw buildFailures(
    [first, ...rest],
    built.map(({ image }) => image.service),
  );
}
