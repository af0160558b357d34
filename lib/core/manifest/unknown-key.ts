import { didYouMean } from '../nearest.ts';
import { problemAt } from './problem.ts';
import type { Problem } from './problem.ts';
import { describePath } from './tree.ts';
import type { Path } from './tree.ts';

/** A key that the map at `path` cannot have; says which one was probably meant. */
export function unknownKey(path: Path, key: string, known: readonly string[]): Problem {
  const elsewhere = familiar[key.toLowerCase().replaceAll('_', '-')];
  const guess =
    elsewhere !== undefined && known.includes(elsewhere) ? `Did you mean "${elsewhere}"?` : didYouMean(key, known);
  return problemAt('E_MANIFEST', [...path, key], {
    message: `${describePath([...path, key])} is not known.`,
    remedy: guess || 'Remove it.',
    part: 'key',
  });
}

/** What other tools call it. */
const familiar: Readonly<Record<string, string>> = {
  'depends-on': 'after',
  dependson: 'after',
  env: 'environment',
  expose: 'port',
  migration: 'migrate',
  migrations: 'migrate',
  ports: 'port',
  replicas: 'desired-count',
};
