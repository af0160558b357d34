import { signed } from './change.ts';
import type { Cost } from './cost-of.ts';
import { forgotten, guide } from './guide.ts';
import { priceTable } from './prices.ts';
import type { Usage } from './usage.ts';
import type { WhatIf } from './what-if.ts';

export type CostReport = {
  readonly environment: string;
  readonly cost: Cost;
  readonly whatIfs: readonly WhatIf[];
  readonly usage: Usage;
};

/** The environment's month beside the guide's own table, line by line, and what would change it. */
export function describeCost({ environment, cost, whatIfs, usage }: CostReport): string {
  const expected = guide.reduce((sum, { usd }) => sum + usd, 0);
  return [
    `${environment}: about ${money(cost.usd)} USD a month (the guide: ${money(expected)})`,
    '',
    row('', 'guide', 'here', ''),
    ...guide.flatMap(({ part, usd, why }) => [
      row(part, money(usd), money(sumOf(cost, part)), why),
      ...details(cost, part),
    ]),
    row('Not in the guide', money(0), money(sumOf(cost, forgotten)), ''),
    ...details(cost, forgotten),
    row('Total', money(expected), money(cost.usd), ''),
    '',
    'What if',
    ...whatIfs.map(({ what, written, usd, difference }) => row(`  ${what}`, signed(difference), money(usd), written)),
    '',
    ...notes(cost, usage),
  ].join('\n');
}

/** The same for programs. */
export function costAsJson({ environment, cost, whatIfs, usage }: CostReport): string {
  return JSON.stringify({ environment, currency: 'USD', ...cost, guide, whatIfs, usage, prices: priceTable }, null, 2);
}

function notes({ unpriced }: Cost, usage: Usage): string[] {
  const { region, date } = priceTable;
  const missing = unpriced.length === 0 ? [] : [`Without ${unpriced.join(', ')}: the table has no price for it.`];
  return [
    `Prices of ${region}, written down on ${date} from memory and not checked online: infra/cost/prices.ts names the page of each.`,
    `Without taxes, free tiers and commitments. Supposed for a month: ${supposed(usage)}.`,
    ...missing,
  ];
}

function supposed({ objectsGb, logsGb, natGb, requestsMillion, databaseGb }: Usage): string {
  return `${objectsGb} GB of objects, ${logsGb} GB of logs, ${natGb} GB through NAT, ${requestsMillion} million requests, ${databaseGb} GB in the database; the rest is in infra/cost/usage.ts`;
}

function details(cost: Cost, part: string): string[] {
  return cost.lines
    .filter((line) => line.part === part)
    .map(({ item, usd, quantity, unit }) => {
      const amount = unit === '' ? '' : `${Number(quantity.toFixed(2))} × ${unit}`;
      return row(`  ${item}`, '', usd === undefined ? 'no price' : money(usd), amount);
    });
}

function sumOf(cost: Cost, part: string): number {
  return cost.lines.filter((line) => line.part === part).reduce((sum, { usd = 0 }) => sum + usd, 0);
}

function row(name: string, left: string, right: string, note: string): string {
  return `${name.padEnd(42)}${left.padStart(9)}${right.padStart(10)}${note === '' ? '' : `   ${note}`}`.trimEnd();
}

function money(usd: number): string {
  return usd.toFixed(2);
}
