import { ActionError } from '../../core/errors.ts';
import type { ReleaseBegun, ReleasePart, ReleaseRecord } from '../../core/ledger.ts';
import { releasePartPath, releasePath, releasesPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { getParameter, getParametersByPath, type Parameter, putParameter } from '../ssm.ts';
import { isOfThisSchema, parseEntry } from './entry.ts';
import { inPieces } from './pieces.ts';

/** A part as it is stored: where a beginning was too large for one parameter, its rest comes in parts as well. */
type StoredPart = ReleasePart & Partial<Pick<ReleaseBegun, 'before'>>;

/** Writes the intent of a release down, once: a record that is there stays as it is. */
export async function beginRelease(aws: Aws, where: Whereabouts, begun: ReleaseBegun): Promise<'written' | 'exists'> {
  const [first, ...others] = inPieces(begun.before);
  const written = await writeOnce(aws, releasePath(where, begun.id), JSON.stringify({ ...begun, before: first }));
  if (written === 'exists') return 'exists';
  for (const before of others) await addPart(aws, where, begun.id, { before });
  return 'written';
}

/**
 * Adds to a release's record, under the next free numbers. Only the release's own run does so. What does not fit into
 * one parameter goes into several, the verdict with the last.
 */
export async function extendRelease(aws: Aws, where: Whereabouts, id: string, part: ReleasePart): Promise<void> {
  const { services = {}, ...rest } = part;
  const pieces = inPieces(services);
  for (const piece of pieces.slice(0, -1)) await addPart(aws, where, id, { services: piece });
  const last = pieces.at(-1) ?? {};
  await addPart(aws, where, id, part.services === undefined ? rest : { ...rest, services: last });
}

async function addPart(aws: Aws, where: Whereabouts, id: string, part: StoredPart): Promise<void> {
  const value = JSON.stringify({ schema: 1, ...part });
  for (let number = 1; ; number = await nextNumber(aws, where, id)) {
    if ((await writeOnce(aws, releasePartPath(where, id, number), value)) === 'written') return;
  }
}

async function nextNumber(aws: Aws, where: Whereabouts, id: string): Promise<number> {
  const parts = await getParametersByPath(aws, releasePath(where, id));
  return 1 + Math.max(0, ...[...parts.keys()].map(numberOf));
}

/** Whether there is a release of this id. */
export async function releaseExists(aws: Aws, where: Whereabouts, id: string): Promise<boolean> {
  return (await getParameter(aws, releasePath(where, id))) !== undefined;
}

/** A write whose answer was lost finds its own text there when it is repeated. */
async function writeOnce(aws: Aws, name: string, value: string): Promise<'written' | 'exists'> {
  const written = await putParameter(aws, { name, value, overwrite: false });
  if (written === 'written') return 'written';
  return (await getParameter(aws, name))?.value === value ? 'written' : 'exists';
}

/** The record of one release with all its parts, or undefined. */
export async function readRelease(aws: Aws, where: Whereabouts, id: string): Promise<ReleaseRecord | undefined> {
  const [begun, parts] = await Promise.all([
    getParameter(aws, releasePath(where, id)),
    getParametersByPath(aws, releasePath(where, id)),
  ]);
  return begun === undefined ? undefined : assemble(begun, [...parts.values()]);
}

/** Records of several releases, in the order asked for; those that are gone are left out. */
export async function readReleases(
  aws: Aws,
  where: Whereabouts,
  ids: readonly string[],
): Promise<readonly ReleaseRecord[]> {
  if (ids.length > fewReleases) {
    const all = new Map((await readAllReleases(aws, where)).map((record) => [record.id, record]));
    return ids.flatMap((id) => all.get(id) ?? []);
  }
  const records = await Promise.all(ids.map((id) => readRelease(aws, where, id)));
  return records.filter((record) => record !== undefined);
}

/** More of them are read faster with all the others, ten parameters to a call. */
const fewReleases = 3;

/**
 * Every record that is kept, newest first, by one read of the path. What another version of Slipway wrote is left out:
 * whoever looks for one release must not fail at another.
 */
export async function readAllReleases(aws: Aws, where: Whereabouts): Promise<readonly ReleaseRecord[]> {
  const path = releasesPath(where);
  const parameters = [...(await getParametersByPath(aws, path)).values()];
  // By SSM's own time: the clocks of two machines need not agree on what came first.
  const begun = parameters
    .filter(({ name }) => !name.slice(path.length + 1).includes('/'))
    .sort((one, other) => other.modifiedAt - one.modifiedAt);
  return begun.flatMap((one) => {
    const parts = parameters.filter(({ name }) => name.startsWith(`${one.name}/`));
    try {
      return [assemble(one, parts)];
    } catch (error) {
      if (error instanceof ActionError) return [];
      throw error;
    }
  });
}

/** Parts in the order of their numbers; what a later one says counts. */
function assemble(begun: Parameter, parts: readonly Parameter[]): ReleaseRecord {
  const numbered = parts
    .toSorted((one, other) => numberOf(one.name) - numberOf(other.name))
    .map((part) => parseEntry(part, isPart));
  const beginning = parseEntry(begun, isBegun);
  return {
    ...beginning,
    before: Object.assign({}, beginning.before, ...numbered.map(({ before }) => before ?? {})),
    verdict: numbered.findLast(({ verdict }) => verdict !== undefined)?.verdict,
    reason: numbered.findLast(({ reason }) => reason !== undefined)?.reason,
    cancelled: numbered.findLast(({ cancelled }) => cancelled !== undefined)?.cancelled,
    ...fingerprintOf(numbered),
    services: Object.assign({}, ...numbered.map(({ services }) => services ?? {})),
  };
}

function fingerprintOf(parts: readonly ReleasePart[]): Pick<ReleaseRecord, 'fingerprint'> {
  const fingerprint = parts.findLast((part) => part.fingerprint !== undefined)?.fingerprint;
  return fingerprint === undefined ? {} : { fingerprint };
}

/** Of a part, by its name. */
function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('/') + 1));
}

function isBegun(value: unknown): value is ReleaseBegun {
  return isOfThisSchema(value) && 'id' in value && 'cluster' in value && 'before' in value;
}

function isPart(value: unknown): value is StoredPart {
  return isOfThisSchema(value);
}
