import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { describeCostChange } from '../cost/change.ts';
import { costOf } from '../cost/cost-of.ts';
import type { Target } from './target.ts';
import { readManifest } from './target.ts';

/** What the environment costs a month more or less than by the manifest at `against`, which may not have it yet. */
export async function describeCost({ manifest }: Target, environment: string, against: string): Promise<string> {
  const before = parseManifest(await readManifest(against, '--against'), against);
  const cost = costOf(manifest);
  if (!before.environments.has(environment)) return `It would cost about ${cost.usd.toFixed(2)} USD a month.`;
  return describeCostChange(costOf(selectEnvironment(before, environment)), cost) ?? 'Its costs do not change.';
}
