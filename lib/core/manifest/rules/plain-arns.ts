import type { Path } from '../tree.ts';

/** Every ARN in a value, with its path. */
export function plainArns(value: unknown, path: Path): { arn: string; path: Path }[] {
  if (typeof value === 'string') return /^arn:[a-z-]+:/.test(value) ? [{ arn: value, path }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => plainArns(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => plainArns(inner, [...path, key]));
}
