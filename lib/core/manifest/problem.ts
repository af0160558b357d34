import type { ErrorCode } from '../errors.ts';
import type { Path } from './tree.ts';

/** Something wrong with the manifest, before it is known on which line it stands. */
export type Problem = {
  readonly code: Extract<ErrorCode, 'E_MANIFEST' | 'E_POLICY' | 'E_SCOPE'>;
  /** Names the field and the rule, never a value that could be secret. */
  readonly message: string;
  readonly remedy: string;
  readonly where: { readonly offset: number } | { readonly path: Path; readonly part?: 'key' | 'value' };
  /** The field, where its place is known by an offset only. */
  readonly about?: Path;
  /** Other fields that the problem rests on: when one of them is itself wrong, this problem is not worth telling. */
  readonly restsOn?: readonly Path[];
};

/** Leaves out what only follows from another problem: of broken fields, and of what rests on them. */
export function withoutConsequences(problems: readonly Problem[], broken: readonly Path[]): Problem[] {
  return problems.filter(({ where, restsOn = [] }) => {
    const own = 'path' in where ? [where.path] : [];
    return !broken.some(
      (path) =>
        own.some((of) => startsWith(of, path)) || restsOn.some((of) => startsWith(of, path) || startsWith(path, of)),
    );
  });
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => path[index] === step);
}

/** A problem of one field; `part` says whether its key or its value is pointed at. */
export function problemAt(
  code: Problem['code'],
  path: Path,
  {
    message,
    remedy,
    part = 'value',
    restsOn = [],
  }: { message: string; remedy: string; part?: 'key' | 'value'; restsOn?: readonly Path[] },
): Problem {
  return { code, message, remedy, where: { path, part }, restsOn };
}
