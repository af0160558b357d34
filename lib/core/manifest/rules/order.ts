import { didYouMean } from '../../nearest.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { mostProblems } from '../report.ts';
import type { Rule } from './rule.ts';

/** `after` names services of this file, and never leads back to where it began. */
export const checkOrder: Rule = ({ manifest: { services }, serviceNames }) => {
  const named = Object.entries(services).flatMap(([name, { after = [] }]) =>
    after.map((other, index) => ({ name, other, index })),
  );
  const unknown = named
    .filter(({ other }) => !serviceNames.includes(other))
    // To guess what was meant takes its time, and nobody reads more.
    .slice(0, mostProblems)
    .map(({ name, other, index }) =>
      problemAt('E_MANIFEST', ['services', name, 'after', index], {
        message: `services.${name}.after names "${other}", which is no service here.`,
        remedy: didYouMean(other, serviceNames),
      }),
    );
  return [...unknown, ...cycles(new Map(Object.entries(services).map(([name, { after = [] }]) => [name, after])))];
};

/** Each circle is told once, at the first of its services in the file. */
function cycles(after: ReadonlyMap<string, readonly string[]>): Problem[] {
  const settled = new Set<string>();
  const problems: Problem[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      const circle = [...trail.slice(start), name];
      const first = circle[0] ?? name;
      problems.push(
        problemAt('E_MANIFEST', ['services', first, 'after'], {
          message: `Services wait for each other in a circle: ${circle.join(' after ')}.`,
          remedy: 'Remove one of these from "after".',
        }),
      );
      return;
    }
    if (settled.has(name)) return;
    for (const other of after.get(name) ?? []) visit(other, [...trail, name]);
    settled.add(name);
  };
  for (const name of after.keys()) visit(name, []);
  return problems;
}
