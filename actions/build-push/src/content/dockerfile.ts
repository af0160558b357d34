import { type Line, mountsOf, splitLines, wordsOf } from './dockerfile-lines.ts';

/** What a Dockerfile makes the builder read, as far as it can be told without building. */
export type DockerfileReads = {
  /** Paths and patterns of the context; `everything` when it cannot be told which. */
  readonly context: 'everything' | readonly string[];
  /** Images of a registry: bases, sources of COPY --from and mounts, the syntax. */
  readonly images: readonly string[];
  /** Those of them that a stage is built on. */
  readonly bases: readonly string[];
  /** Why one cannot know what the builder reads, e.g. `ADD fetches a URL`; undefined when one can. */
  readonly unknown: string | undefined;
};

/**
 * Reads a Dockerfile for what it depends on. Whatever is not understood widens the answer: to all of the context, or to
 * "unknown". https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text: string, args: ReadonlyMap<string, string>): DockerfileReads {
  const syntax = /^\s*#\s*syntax\s*=\s*(\S+)/im.exec(text)?.[1];
  if (/^\s*#\s*escape\s*=\s*`/im.test(text)) return unknownReads('it has another escape character');
  if (syntax !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile(?:[:@]|$)/.test(syntax))
    return unknownReads('its syntax is not that of docker/dockerfile');
  const lines = splitLines(text);
  const named = imagesOf(lines, args);
  const sources = lines.map(contextReads);
  const everything = sources.includes('everything') || lines.some(({ rest }) => rest.includes('<<'));
  const fetches = sources.indexOf('unknown');
  return {
    context: everything ? 'everything' : [...new Set(sources.filter((read) => typeof read !== 'string').flat())],
    images: [...new Set([...(syntax === undefined ? [] : [syntax]), ...named.images])],
    bases: [...new Set(named.bases)],
    unknown: named.unknown ?? (fetches < 0 ? undefined : `${lines[fetches]!.keyword} fetches something from elsewhere`),
  };
}

/** The images of registries that are built on or copied from; a stage of the file itself is none. */
function imagesOf(
  lines: readonly Line[],
  args: ReadonlyMap<string, string>,
): { images: readonly string[]; bases: readonly string[]; unknown: string | undefined } {
  const stages = new Set<string>();
  const images: string[] = [];
  const bases: string[] = [];
  const globals = new Map<string, string>();
  for (const line of lines) {
    if (line.keyword === 'ARG' && stages.size === 0) readGlobal(line.rest, args, globals);
    const from = line.keyword === 'FROM' ? readFrom(line.rest, globals) : undefined;
    const named = from === undefined ? otherSources(line) : [from.image];
    const ofVariable = named.some((image) => image.includes('$'));
    if (ofVariable)
      return { images, bases, unknown: `${line.keyword} names an image by a variable that is not known here` };
    const ofRegistry = named.filter((image) => image !== 'scratch' && !isStage(image, stages));
    images.push(...ofRegistry);
    if (from !== undefined) bases.push(...ofRegistry);
    if (from !== undefined) stages.add(from.name ?? String(stages.size));
  }
  return { images, bases, unknown: stages.size === 0 ? 'it has no FROM' : undefined };
}

function isStage(name: string, stages: ReadonlySet<string>): boolean {
  return /^\d+$/.test(name) || stages.has(name.toLowerCase());
}

function unknownReads(why: string): DockerfileReads {
  return { context: 'everything', images: [], bases: [], unknown: why };
}

function readGlobal(rest: string, args: ReadonlyMap<string, string>, globals: Map<string, string>): void {
  for (const word of rest.split(/\s+/)) {
    const [, name = '', otherwise] = /^(\w+)(?:=(.*))?$/.exec(word) ?? [];
    const value = args.get(name) ?? otherwise?.replace(/^(["'])(.*)\1$/, '$2');
    if (name !== '' && value !== undefined) globals.set(name, expand(value, globals));
  }
}

function readFrom(rest: string, globals: ReadonlyMap<string, string>): { image: string; name: string | undefined } {
  const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
  return { image: expand(words[0] ?? '', globals), name: words[2]?.toLowerCase() };
}

/** `$NAME` and `${NAME}` of known variables; everything else stays and is found by its dollar sign. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text
    .replace(/^(["'])(.*)\1$/, '$2')
    .replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced: string | undefined, bare: string | undefined) => {
      return variables.get(braced ?? bare ?? '') ?? all;
    });
}

/** `COPY --from=…`, `RUN --mount=from=…`: a stage, or an image. */
function otherSources({ keyword, rest }: Line): readonly string[] {
  if (keyword === 'COPY' || keyword === 'ADD') {
    const from = /(?:^|\s)--from=(\S+)/.exec(rest)?.[1];
    return from === undefined ? [] : [from];
  }
  if (keyword !== 'RUN') return [];
  return mountsOf(rest).flatMap((mount) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? []);
}

function contextReads({ keyword, rest }: Line): 'everything' | 'unknown' | readonly string[] {
  if (keyword === 'RUN') {
    const own = mountsOf(rest).filter(
      (mount) => !/(?:^|,)from=/.test(mount) && !/(?:^|,)type=(?:cache|tmpfs|secret|ssh)/.test(mount),
    );
    return own.length > 0 ? 'everything' : [];
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  if (/(?:^|\s)--from=/.test(rest)) return [];
  const paths = wordsOf(rest).filter((word) => !word.startsWith('--'));
  const sources = paths.slice(0, -1);
  if (keyword === 'ADD' && sources.some(mayBeRemote)) return 'unknown';
  if (sources.length === 0 || sources.some((source) => /[$"'\\]/.test(source))) return 'everything';
  return sources;
}

/** What only a variable says may be a URL as well. */
function mayBeRemote(source: string): boolean {
  const path = source.replaceAll(/["'\\]/g, '');
  return path.includes('$') || /^[a-z][a-z0-9+.-]*:\/\/|^git@|\.git(?:#|$)/i.test(path);
}
