import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { forgottenLines } from './forgotten-lines.ts';
import { guideLines } from './guide-lines.ts';
import type { CostLine } from './line.ts';
import { quiet, type Usage } from './usage.ts';

/** What an environment costs in a month, in US dollars. */
export type Cost = {
  readonly lines: readonly CostLine[];
  readonly usd: number;
  /** What the table has no price for, and the sum therefore leaves out. */
  readonly unpriced: readonly string[];
};

/** Prices the environment of a manifest. Pure: the same manifest and usage cost the same until the table is dated anew. */
export function costOf(manifest: SelectedManifest, usage: Usage = quiet): Cost {
  const lines = [...guideLines(manifest, usage), ...forgottenLines(manifest, usage)].filter(
    ({ quantity }) => quantity > 0,
  );
  const unpriced = lines.filter(({ usd }) => usd === undefined).map(({ item }) => item);
  return { lines, usd: lines.reduce((sum, { usd = 0 }) => sum + usd, 0), unpriced };
}
