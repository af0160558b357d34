/** One instruction of a Dockerfile, its keyword in capitals. */
export type Line = { readonly keyword: string; readonly rest: string };

/** Comments gone, continued lines joined; an empty line inside of a continued one is passed over, as BuildKit does. */
export function splitLines(text: string): readonly Line[] {
  const joined = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\[ \t]*\n(?:[ \t]*\n)*/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
    // What ONBUILD holds is done by images that are built on this one; counted all the same.
    const [, inner, more] = keyword.toUpperCase() === 'ONBUILD' ? (/^(\S+)\s*(.*)$/.exec(rest) ?? []) : [];
    return keyword === ''
      ? []
      : [{ keyword: (inner ?? keyword).toUpperCase(), rest: (inner === undefined ? rest : more!).trim() }];
  });
}

/** What stands behind each `--mount=` of a RUN. */
export function mountsOf(rest: string): readonly string[] {
  return [...rest.matchAll(/(?:^|\s)--mount=(\S+)/g)].map(([, mount]) => mount!);
}

/** Words apart by blanks, or a JSON array; what cannot be read gives words that nobody can resolve. */
export function wordsOf(rest: string): readonly string[] {
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
