import { Findings } from '../errors.ts';
import type { ErrorCode, Finding } from '../errors.ts';
import { offsetOf } from './tree.ts';
import type { Node, Path } from './tree.ts';

/** Something wrong with the manifest, before it is known on which line it stands. */
export type Problem = {
  readonly code: Extract<ErrorCode, 'E_MANIFEST' | 'E_POLICY' | 'E_SCOPE'>;
  /** Names the field and the rule, never a value that could be secret. */
  readonly message: string;
  readonly remedy: string;
  readonly where: { readonly offset: number } | { readonly path: Path; readonly part?: 'key' | 'value' };
  /** Other fields that the problem rests on: when one of them is itself wrong, this problem is not worth telling. */
  readonly restsOn?: readonly Path[];
};

/** Nobody reads more than this many problems in one report. */
const mostProblems = 200;

/** All problems in one report, in the file's order. Throws nothing when there are none. */
export function refuse(
  problems: readonly Problem[],
  { file, root, position }: { file: string; root: Node | undefined; position: (offset: number) => string },
): void {
  const placed = problems
    .map((problem) => ({ problem, offset: offsetOfProblem(problem, root) }))
    .toSorted((left, right) => left.offset - right.offset)
    .slice(0, mostProblems);
  const [first, ...rest] = placed.map(
    ({ problem: { code, message, remedy }, offset }): Finding => ({
      code,
      message,
      remedy,
      place: `${file}:${position(offset)}`,
    }),
  );
  if (first !== undefined) throw new Findings([first, ...rest], file);
}

function offsetOfProblem({ where }: Problem, root: Node | undefined): number {
  if ('offset' in where) return where.offset;
  return root === undefined ? 0 : offsetOf(root, where.path, where.part);
}

/** Leaves out what only follows from another problem: of broken fields, and of what rests on them. */
export function withoutConsequences(problems: readonly Problem[], broken: readonly Path[]): Problem[] {
  return problems.filter(({ where, restsOn = [] }) => {
    const own = 'path' in where ? [where.path] : [];
    return !broken.some(
      (path) => own.some((of) => startsWith(of, path)) || restsOn.some((of) => startsWith(of, path) || startsWith(path, of)),
    );
  });
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => path[index] === step);
}
