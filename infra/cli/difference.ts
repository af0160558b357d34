import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { formatDifferences, fullDiff } from '@aws-cdk/cloudformation-diff';
import type { TemplateDiff } from '@aws-cdk/cloudformation-diff';
import type { StackReport } from '../../lib/core/infra-report.ts';
import type { Loss } from './losses.ts';
import { lossesOf } from './losses.ts';
import type { Template } from './synthesise.ts';

/** What deploying a template would change in a stack. */
export type Difference = { readonly report: StackReport; readonly losses: readonly Loss[] };

/** `before` is undefined for a stack that is not there yet, `after` for one that is to go. */
export function compareTemplates(name: string, before: Template | undefined, after: Template | undefined): Difference {
  const diff = fullDiff(before ?? {}, after ?? {});
  const count = { added: 0, changed: 0, removed: 0 };
  diff.resources.forEachDifference((_, change) => {
    if (change.isAddition) count.added += 1;
    else if (change.isRemoval) count.removed += 1;
    else count.changed += 1;
  });
  return { report: { name, ...count, difference: textOf(diff) }, losses: lossesOf(name, diff) };
}

/** As `cdk diff` shows it, without its colours. */
function textOf(diff: TemplateDiff): string {
  if (diff.isEmpty) return '';
  const stream = new PassThrough();
  formatDifferences(stream, diff);
  return stripVTControlCharacters(String(stream.read() ?? '')).trim();
}
