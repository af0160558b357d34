import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { readTemplate } from '../template.ts';
import type { ReadTemplate } from '../template.ts';
import type { Rule, Subject } from './rule.ts';
import { writtenVariables } from './written-variables.ts';
import type { WrittenVariable } from './written-variables.ts';

/** A template uses names that exist, and every name that it was given. */
export const checkTemplates: Rule = (subject) =>
  writtenVariables(subject.manifest).flatMap((variable) => {
    const { source } = variable;
    if (typeof source === 'string' || !('template' in source)) return [];
    const sources = source.with ?? {};
    const template = readTemplate(source.template, sources, subject.storageNames);
    return [
      ...complaintProblems(variable, template),
      ...absentPartProblems(variable, template, subject),
      ...unusedProblems(variable, template, Object.keys(sources)),
    ];
  });

function complaintProblems({ name, path }: WrittenVariable, { complaints }: ReadTemplate): Problem[] {
  return complaints.map(({ message, remedy }) =>
    problemAt('E_MANIFEST', [...path, 'template'], { message: `The template of ${name} ${message}.`, remedy }),
  );
}

function absentPartProblems(
  { name, path }: WrittenVariable,
  { pieces }: ReadTemplate,
  { manifest }: Subject,
): Problem[] {
  return (['database', 'cache'] as const)
    .filter((part) => manifest[part] === undefined)
    .filter((part) => pieces.some((piece) => piece.kind === 'infra' && piece.name.startsWith(`${part}.`)))
    .map((part) =>
      problemAt('E_MANIFEST', [...path, 'template'], {
        message: `The template of ${name} uses the ${part}, and the manifest has none.`,
        remedy: `Declare "${part}" at the top of the manifest.`,
        restsOn: [[part]],
      }),
    );
}

function unusedProblems({ name, path }: WrittenVariable, { used }: ReadTemplate, given: readonly string[]): Problem[] {
  return given
    .filter((key) => !used.has(key))
    .map((key) =>
      problemAt('E_MANIFEST', [...path, 'with', key], {
        message: `The template of ${name} does not use its "with" name {${key}}.`,
        remedy: 'Remove it, or use it.',
        part: 'key',
      }),
    );
}
