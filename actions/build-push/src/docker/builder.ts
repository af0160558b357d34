import { ActionError } from '../../../../lib/core/errors.ts';
import type { Tool } from './tool.ts';

/** What stands ready to build, by what it can do. */
export type Builder =
  /** BuildKit of its own (docker-container, remote, kubernetes, cloud): pushes by digest, so that tags come last. */
  | { readonly kind: 'buildkit'; readonly driver: string }
  /** The BuildKit inside the docker daemon: buildx has it push tags only. */
  | { readonly kind: 'daemon' }
  /** No buildx: `docker build`, one image after the other. */
  | { readonly kind: 'plain-docker' };

/** A question about the builder, asked ahead of time. */
export type BuilderQuestion = {
  /** As `observeBuilder` answers it. */
  answer(): Promise<Builder>;
  /** Nobody needs the answer any more: docker is not waited for. */
  takeBack(): void;
};

/** Docker is asked while AWS is: whether there is anything to build is not known yet. */
export function askAboutBuilder(tool: Tool, name: string | undefined): BuilderQuestion {
  const question = new AbortController();
  const answer = observeBuilder(tool, name, question.signal);
  // Where nothing is to be built, no builder is no trouble.
  answer.catch(() => {});
  return { answer: () => answer, takeBack: () => question.abort() };
}

/** Asks buildx about the builder that is in use, or about the one with this name. Throws E_STATE, or E_INPUT for `builder`. */
export async function observeBuilder(tool: Tool, name: string | undefined, takenBack?: AbortSignal): Promise<Builder> {
  const words = ['buildx', 'inspect', ...(name === undefined ? [] : [name])];
  const { code, output, complaint } = await tool.ask(words, takenBack);
  const driver = /^Driver:\s*(\S+)/m.exec(output)?.[1];
  if (code === 0 && driver !== undefined)
    return driver === 'docker' ? { kind: 'daemon' } : { kind: 'buildkit', driver };
  if (noBuildx.test(complaint) || noBuildx.test(output)) return withoutBuildx(name);
  if (name !== undefined && /no builder .* found/.test(complaint)) throw unknownBuilder();
  throw new ActionError('E_STATE', `docker cannot say what builder there is: ${lastLine(complaint)}`, {
    remedy: 'Start the Docker daemon, or put docker/setup-buildx-action before this step.',
    place: 'docker buildx inspect',
  });
}

const noBuildx = /is not a docker command|unknown (?:command|flag)|unknown shorthand flag/;

function withoutBuildx(name: string | undefined): Builder {
  if (name === undefined) return { kind: 'plain-docker' };
  throw new ActionError('E_STATE', 'The input `builder` needs buildx, and this docker has none.', {
    remedy: 'Put docker/setup-buildx-action before this step.',
    place: 'builder',
  });
}

function unknownBuilder(): ActionError {
  return new ActionError('E_INPUT', 'The input `builder` names a builder that buildx does not know.', {
    remedy: 'Create it in an earlier step, e.g. by docker/setup-buildx-action, and give its output `name`.',
    place: 'builder',
  });
}

/** What a person should know about a builder that cannot do it the way it is best done; undefined when it can. */
export function describeLimits(builder: Builder, { push }: { readonly push: boolean }): string | undefined {
  switch (builder.kind) {
    case 'buildkit':
      return undefined;
    case 'daemon':
      if (!push) return undefined;
      return (
        "The docker driver cannot push by digest: images are pushed under a tag of this run, which stays beside the commit's. " +
        'There is no registry cache. docker/setup-buildx-action before this step gives a builder that can.'
      );
    case 'plain-docker':
      return (
        `There is no buildx: images are built by \`docker build\`, ONE AFTER THE OTHER${push ? ", and pushed under a tag of this run, which stays beside the commit's" : ''}. ` +
        'No cache, no provenance, no SBOM. docker/setup-buildx-action before this step mends it.'
      );
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing';
}
