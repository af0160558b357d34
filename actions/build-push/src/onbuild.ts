import type { Log } from '../../../lib/core/world.ts';
import type { BaseImages } from './content/base-images.ts';
import type { Decision } from './decide.ts';

/**
 * What ONBUILD of a base image copies or fetches is in no Dockerfile of the checkout. An image that is built on such a
 * base does not get the tag of its content, so it is built each time. Asked only of what is about to get one: an image
 * that has the tag was looked at when it was built.
 */
export function doubtOnbuilds(
  decisions: readonly Decision[],
  { bases, log }: { readonly bases: BaseImages; readonly log: Log },
): Promise<readonly Decision[]> {
  return Promise.all(
    decisions.map(async (decision): Promise<Decision> => {
      const { image } = decision;
      const { content, found, service, build } = image;
      if (decision.kind !== 'build' || content.kind === 'unknown' || found?.sameContent !== undefined) return decision;
      const answers = await Promise.all(content.bases.map((name) => bases.hasOnbuild(name, build.platforms[0]!)));
      const silent = content.bases.filter((_name, at) => answers[at] === undefined);
      if (silent.length > 0)
        log.info(`${service}: the registry does not tell whether ${silent.join(', ')} has ONBUILD; taken for none.`);
      const name = content.bases[answers.indexOf(true)];
      if (name === undefined) return decision;
      const why = `its base image ${name} has ONBUILD`;
      log.info(`${service}: ${why}, so it is built each time`);
      return { ...decision, why, image: { ...image, content: { kind: 'unknown', why } } };
    }),
  );
}
