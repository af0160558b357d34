import { Findings } from '../errors.ts';
import type { Finding } from '../errors.ts';
import type { Problem } from './problem.ts';
import { describePath, offsetOf } from './tree.ts';
import type { Node, Path } from './tree.ts';

/** Nobody reads more than this many problems in one report. */
export const mostProblems = 200;

export type Report = {
  readonly file: string;
  readonly root: Node | undefined;
  /** `line:column` of an offset. */
  readonly position: (offset: number) => string;
};

/** Throws all problems as one report, in the file's order. */
export function refuse(problems: readonly Problem[], { file, root, position }: Report): never {
  const findings = problems
    .map((problem) => ({ problem, offset: offsetOfProblem(problem, root) }))
    .toSorted((left, right) => left.offset - right.offset)
    .map(({ problem: { code, message, remedy, where, about }, offset }): Finding => ({
      code,
      message,
      remedy,
      place: `${file}:${position(offset)}`,
      ...fieldOf('path' in where ? where.path : about),
    }));
  const [first, ...rest] = findings.slice(0, mostProblems);
  if (first === undefined) throw new Error('A manifest is refused for a reason.');
  const more = findings.length - mostProblems;
  const rump: Finding[] =
    more > 0 ? [{ code: 'E_MANIFEST', message: `${more} further problems.`, remedy: 'Mend these first.' }] : [];
  throw new Findings([first, ...rest, ...rump], file);
}

function fieldOf(path: Path | undefined): { field?: string } {
  return path === undefined ? {} : { field: describePath(path) };
}

function offsetOfProblem({ where }: Problem, root: Node | undefined): number {
  if ('offset' in where) return where.offset;
  return root === undefined ? 0 : offsetOf(root, where.path, where.part);
}
