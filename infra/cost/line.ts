import type { Part } from './guide.ts';
import type { Price } from './prices.ts';

/** So many units of something. */
export type CostLine = {
  readonly part: Part;
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  /** Undefined where the table has no price. */
  readonly usd: number | undefined;
  readonly source: string | undefined;
};

/** One line: so many units at this price. */
export function priced(part: Part, item: string, quantity: number, price: Price | undefined): CostLine {
  const { usd, unit = '', source } = price ?? {};
  return { part, item, quantity, unit, usd: usd === undefined ? undefined : quantity * usd, source };
}
