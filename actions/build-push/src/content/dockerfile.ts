/** What a Dockerfile makes the builder read, as far as it can be told without building. */
export type DockerfileReads = {
  /** Paths and patterns of the context; `everything` when it cannot be told which. */
  readonly context: 'everything' | readonly string[];
  /** Images of a registry: bases, sources of COPY --from and mounts, the syntax. */
  readonly images: readonly string[];
  /** Why one cannot know what the builder reads, e.g. `ADD fetches a URL`; undefined when one can. */
  readonly unknown: string | undefined;
};

type Line = { readonly keyword: string; readonly rest: string };

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
  const stages = new Set<string>();
  const images = new Set<string>(syntax === undefined ? [] : [syntax]);
  const paths = new Set<string>();
  const globals = new Map<string, string>();
  let everything = false;
  let unknown: string | undefined;
  for (const line of lines) {
    if (line.keyword === 'ARG' && stages.size === 0) readGlobal(line.rest, args, globals);
    if (line.keyword === 'FROM') {
      const { image, name } = readFrom(line.rest, globals);
      if (image.includes('$')) unknown ??= 'a base image is named by a variable that is not known here';
      else if (image !== 'scratch' && !stages.has(image.toLowerCase())) images.add(image);
      stages.add(name ?? String(stages.size));
    }
    if (line.rest.includes('<<')) everything = true;
    for (const source of otherSources(line)) {
      if (source.includes('$')) unknown ??= `${line.keyword} takes from an image that a variable names`;
      else if (!/^\d+$/.test(source) && !stages.has(source.toLowerCase())) images.add(source);
    }
    const read = contextReads(line);
    if (read === 'everything') everything = true;
    else if (read === 'unknown') unknown ??= `${line.keyword} fetches something from elsewhere`;
    else read.forEach((path) => paths.add(path));
  }
  if (stages.size === 0) unknown ??= 'it has no FROM';
  return { context: everything ? 'everything' : [...paths], images: [...images], unknown };
}

function unknownReads(why: string): DockerfileReads {
  return { context: 'everything', images: [], unknown: why };
}

/** Comments gone, continued lines joined. */
function splitLines(text: string): readonly Line[] {
  const joined = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\[ \t]*\n/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
    // What ONBUILD holds is done by images that are built on this one; counted all the same.
    const [, inner, more] = keyword.toUpperCase() === 'ONBUILD' ? (/^(\S+)\s*(.*)$/.exec(rest) ?? []) : [];
    return keyword === ''
      ? []
      : [{ keyword: (inner ?? keyword).toUpperCase(), rest: (inner === undefined ? rest : more!).trim() }];
  });
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
  if (sources.length === 0 || sources.some((source) => /[$"'\\]/.test(source))) return 'everything';
  if (keyword === 'ADD' && sources.some((source) => /^[a-z][a-z0-9+.-]*:\/\/|^git@|\.git(?:#|$)/i.test(source)))
    return 'unknown';
  return sources;
}

function mountsOf(rest: string): readonly string[] {
  return [...rest.matchAll(/(?:^|\s)--mount=(\S+)/g)].map(([, mount]) => mount!);
}

/** Words apart by blanks, or a JSON array. */
function wordsOf(rest: string): readonly string[] {
  const flags = /^(?:--\S+\s+)*/.exec(rest)![0];
  const paths = rest.slice(flags.length);
  if (!paths.startsWith('[')) return rest.split(/\s+/);
  try {
    const parsed: unknown = JSON.parse(paths);
    return Array.isArray(parsed) ? parsed.map(String) : ['$'];
  } catch {
    return ['$', '$'];
  }
}
