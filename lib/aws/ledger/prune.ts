import type { Head } from '../../core/ledger.ts';
import { releasesPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { deleteParameters, getParametersByPath, type Parameter } from '../ssm.ts';
import { isOfThisSchema } from './entry.ts';
import { readHead } from './head.ts';
import { readLock } from './lock.ts';

/** How many of the newest records are kept, besides those that the head names. */
const keptReleases = 20;

/** Deletes records of releases that nobody can go back to any more. What another version has written stays. */
export async function pruneReleases(aws: Aws, where: Whereabouts): Promise<void> {
  const path = releasesPath(where);
  const parameters = [...(await getParametersByPath(aws, path)).values()];
  const records = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const id = parameter.name.slice(path.length + 1).split('/', 1)[0] ?? '';
    records.set(id, [...(records.get(id) ?? []), parameter]);
  }
  if (records.size <= keptReleases) return;
  const [head, { entry: lock }] = await Promise.all([readHead(aws, where), readLock(aws, where)]);
  const named = new Set([...namedBy(head), lock?.release]);
  const old = [...records]
    .map(([id, parts]) => ({ id, parts, at: begunAt(parts, `${path}/${id}`) }))
    .filter(({ at }) => at !== Infinity)
    .sort((one, other) => other.at - one.at)
    .slice(keptReleases)
    .filter(({ id }) => !named.has(id));
  const names = old.flatMap(({ parts }) => parts.map(({ name }) => name));
  await deleteParameters(aws, names);
}

/** Every release that somebody may want to read about, or go back to. */
function namedBy(head: Head | undefined): readonly (string | undefined)[] {
  if (head === undefined) return [];
  const { current, good, newest, hold, floor, left = [] } = head;
  const { release: of } = newest ?? {};
  return [current, ...good, of, hold?.from, hold?.to, floor?.release, ...left.map(({ release }) => release)];
}

/** Parts without their beginning are older than all; what cannot be read has no age, and stays. */
function begunAt(parts: readonly Parameter[], name: string): number {
  const begun = parts.find((one) => one.name === name);
  if (begun === undefined) return 0;
  try {
    const value: unknown = JSON.parse(begun.value);
    const at = isOfThisSchema(value) && 'at' in value && typeof value.at === 'string' ? Date.parse(value.at) : Infinity;
    return Number.isNaN(at) ? Infinity : at;
  } catch {
    return Infinity;
  }
}
