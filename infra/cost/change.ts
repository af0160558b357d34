import type { Cost } from './cost-of.ts';
import type { CostLine } from './line.ts';

/** What one line costs more or less than before. */
export type CostChange = { readonly item: string; readonly before: number; readonly after: number };

/** Lines that cost something else, dearest change first. Lines are the same when part and item are. */
export function costChanges(before: Cost, after: Cost): readonly CostChange[] {
  const [was, is] = [amountsOf(before), amountsOf(after)];
  const changes = [...new Set([...was.keys(), ...is.keys()])].map((item) => ({
    item,
    before: was.get(item) ?? 0,
    after: is.get(item) ?? 0,
  }));
  return changes
    .filter((change) => Math.abs(change.after - change.before) >= 0.005)
    .toSorted((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before));
}

/** For a plan, e.g. `About +35.04 USD a month (399.40 → 434.44): NAT Gateway, gateways +35.04.`; undefined when nothing changes. */
export function describeCostChange(before: Cost, after: Cost): string | undefined {
  const changes = costChanges(before, after);
  if (changes.length === 0) return undefined;
  const parts = changes.map(({ item, before: was, after: is }) => `${item} ${signed(is - was)}`);
  const sums = `${before.usd.toFixed(2)} → ${after.usd.toFixed(2)}`;
  return `About ${signed(after.usd - before.usd)} USD a month (${sums}): ${parts.join('; ')}.`;
}

export function signed(usd: number): string {
  return `${usd < 0 ? '−' : '+'}${Math.abs(usd).toFixed(2)}`;
}

function nameOf({ part, item }: CostLine): string {
  return `${part}, ${item}`;
}

function amountsOf({ lines }: Cost): ReadonlyMap<string, number> {
  return new Map(lines.map((line) => [nameOf(line), line.usd ?? 0]));
}
