import type * as z from 'zod/mini';
import { didYouMean, nearest } from '../nearest.ts';
import type { Problem } from './problem.ts';
import { describePath, nodeAt } from './tree.ts';
import type { Node, Path } from './tree.ts';
import { unknownKey } from './unknown-key.ts';

type Issue = z.core.$ZodIssue;

/** More than a report shows, and few enough to look up one by one. */
const mostIssues = 500;

/** Zod's issues in our words: which field, which rule, what to write instead; never the value. */
export function shapeProblems(issues: readonly Issue[], root: Node, above: Path = []): Problem[] {
  return issues.slice(0, mostIssues).flatMap((issue): Problem[] => {
    const path = [...above, ...pathOf(issue)];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.slice(0, mostIssues).map((key) => unknownKey(path, key, issue.message.split(' ')));
      case 'invalid_union':
        return unionProblems(issue, root, path);
      case 'invalid_key':
        return [
          wrong(path, `The name ${describePath(path)} must be ${ruleOf(issue.issues)}.`, 'Choose another name.', 'key'),
        ];
      default:
        return isMisspelled(issue, issues, root, path) ? [] : [fieldProblem(issue, nodeAt(root, path), path)];
    }
  });
}

function fieldProblem(issue: Issue, node: Node | undefined, path: Path): Problem {
  const field = path.length === 0 ? 'The file' : describePath(path);
  if (node === undefined) return wrong(path, `${field} is missing.`, 'Add it.');
  if (issue.code === 'invalid_type') {
    const expected = typeWords[issue.expected] ?? issue.expected;
    const unquoted = issue.expected === 'string' && node.kind === 'scalar' && node.value !== null;
    // Where a number is wanted and one stands there, what is wrong is that it is not whole.
    const kind = expected === 'a whole number' && describeKind(node) === 'a number' ? 'a fraction' : describeKind(node);
    return wrong(
      path,
      `${field} must be ${expected}, and is ${kind}.`,
      unquoted ? 'Put it in quotes.' : `Write ${expected}.`,
    );
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const given = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
    return wrong(path, `${field} must be ${inWords(values)}.`, didYouMeanOne(given, values));
  }
  return wrong(path, `${field} must be ${limitOf(issue)}.`, 'Correct it.');
}

/** What to write instead of a value that is not one of those that there are. */
function didYouMeanOne(given: string, values: readonly string[]): string {
  if (values.length === 1) return `Write ${values[0]}.`;
  return given === '' ? 'Write one of these.' : didYouMean(given, values);
}

/** A missing key that stands there with a slip of the pen is told once, as the unknown key that it is. */
function isMisspelled(issue: Issue, issues: readonly Issue[], root: Node, path: Path): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string' || nodeAt(root, path) !== undefined) return false;
  const parent = describePath(pathOf(issue).slice(0, -1));
  const unknown = issues.flatMap((other) =>
    other.code === 'unrecognized_keys' && describePath(pathOf(other)) === parent ? other.keys : [],
  );
  return unknown.some((other) => nearest(other, [key]) !== undefined);
}

function limitOf(issue: Issue): string {
  const unit =
    'origin' in issue && issue.origin === 'string'
      ? ' characters'
      : 'origin' in issue && issue.origin === 'array'
        ? ' entries'
        : '';
  if (issue.code === 'too_small') return `at least ${issue.minimum}${unit}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unit}`;
  return issue.message;
}

/** Of a union's forms, the one that was meant is told about; when it cannot be known, the rule of the whole union. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, root: Node, path: Path): Problem[] {
  const meant = issue.errors.filter((issues) => !issues.some((inner) => isOtherForm(inner, root, path)));
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return shapeProblems(only, root, path);
  const node = nodeAt(root, path);
  const unquoted = node?.kind === 'scalar' && (typeof node.value === 'number' || typeof node.value === 'boolean');
  const known = [
    ...new Set(
      issue.errors.flat().flatMap((inner) => (inner.code === 'unrecognized_keys' ? inner.message.split(' ') : [])),
    ),
  ];
  const strange = node?.kind === 'map' ? node.entries.find(({ key }) => !known.includes(key)) : undefined;
  if (strange !== undefined && node?.kind === 'map') return [unknownKey(path, strange.key, known)];
  return [
    wrong(
      path,
      `${describePath(path)} must be ${issue.message}${node === undefined ? '' : `, and is ${describeKind(node)}`}.`,
      unquoted ? 'Put it in quotes if text is meant.' : 'Write one of these forms.',
    ),
  ];
}

/** The value is of another kind, or lacks the key that makes this form. */
function isOtherForm(issue: Issue, root: Node, union: Path): boolean {
  const path = pathOf(issue);
  if (path.length === 0) return issue.code === 'invalid_type' || issue.code === 'invalid_value';
  return path.length === 1 && issue.code === 'invalid_type' && nodeAt(root, [...union, ...path]) === undefined;
}

function ruleOf(issues: readonly Issue[]): string {
  return issues[0] === undefined ? 'another one' : limitOf(issues[0]);
}

const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a whole number',
  object: 'a map',
  record: 'a map',
  string: 'text',
};

function describeKind(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`;
  if (node.value === null) return 'empty';
  if (typeof node.value === 'boolean') return 'true or false';
  return typeof node.value === 'number' ? 'a number' : 'text';
}

function inWords(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

function pathOf({ path }: Issue): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function wrong(path: Path, message: string, remedy: string, part: 'key' | 'value' = 'value'): Problem {
  return { code: 'E_MANIFEST', message, remedy, where: { path, part } };
}
