import type { Aws } from '../../../lib/aws/session.ts';
import { getParametersByPath, putParameter } from '../../../lib/aws/ssm.ts';
import { type Whereabouts, buildTimesPath } from '../../../lib/core/names.ts';
import type { BuiltImage } from './docker/building.ts';
import type { BuildTimes } from './shards.ts';

/** One service's entry: written by one run, and still telling that run's other jobs what stood there before. */
type Entry = { readonly run: string; readonly seconds: number; readonly before: number | undefined };

/**
 * Build times as all jobs of one run see them, whichever comes first: an entry that this run has written answers with
 * the time before it. Else two parts of one run could share the services out differently.
 */
export async function readBuildTimes(aws: Aws, whereabouts: Whereabouts, run: string): Promise<BuildTimes> {
  const entries = await readEntries(aws, whereabouts);
  return new Map(
    [...entries].flatMap(([service, entry]) => {
      const seconds = entry.run === run ? entry.before : entry.seconds;
      return seconds === undefined ? [] : [[service, seconds] as const];
    }),
  );
}

/** Notes the times of what was really built: an image out of a cache says nothing about the next build. */
export async function noteBuildTimes(
  aws: Aws,
  whereabouts: Whereabouts,
  { run, built }: { run: string; built: readonly Pick<BuiltImage, 'service' | 'seconds' | 'fromCache'>[] },
): Promise<void> {
  const entries = await readEntries(aws, whereabouts);
  for (const { service, seconds, fromCache } of built) {
    if (fromCache) continue;
    const known = entries.get(service);
    const before = known?.run === run ? known.before : known?.seconds;
    const entry: Entry = { run, seconds: Math.round(seconds * 10) / 10, before };
    await putParameter(aws, {
      name: `${buildTimesPath(whereabouts)}${service}`,
      value: JSON.stringify(entry),
      overwrite: true,
    });
  }
}

async function readEntries(aws: Aws, whereabouts: Whereabouts): Promise<ReadonlyMap<string, Entry>> {
  const path = buildTimesPath(whereabouts);
  const parameters = await getParametersByPath(aws, path);
  return new Map(
    [...parameters.values()].flatMap(({ name, value }) => {
      const entry = readEntry(value);
      return entry === undefined ? [] : [[name.slice(path.length), entry] as const];
    }),
  );
}

/** What cannot be read is no entry: it only makes the parts less even. */
function readEntry(text: string): Entry | undefined {
  try {
    const { run, seconds, before }: Partial<Record<keyof Entry, unknown>> = JSON.parse(text);
    if (typeof run !== 'string' || !isSeconds(seconds)) return undefined;
    return { run, seconds, before: isSeconds(before) ? before : undefined };
  } catch {
    return undefined;
  }
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
