import type { PlanReport } from '../../../../lib/core/release.ts';
import { markdownTable } from '../../../../lib/github/summary.ts';
import { changeWords, describeChange } from '../deploy/plan-words.ts';

/** The plan as Markdown: what happens to each service and why, wave by wave, and what is left alone. */
export function summarisePlan({ willChange, waves, untouched }: PlanReport): string {
  const others = untouched.map(({ service, why }) => [service, why]);
  return [
    willChange ? planTable(waves) : 'Nothing will change.',
    ...(others.length === 0 ? [] : [markdownTable(['not touched', 'why'], others)]),
  ].join('\n\n');
}

/** The same, to be opened by whoever wants it. */
export function foldedPlan(plan: PlanReport): string {
  return ['<details><summary>Plan</summary>', summarisePlan(plan), '</details>'].join('\n\n');
}

function planTable(waves: PlanReport['waves']): string {
  const rows = waves.flatMap((wave, at) =>
    wave.map(({ name, change, changes, digest }) => [
      String(at + 1),
      name,
      changeWords[change],
      digest.slice(0, 19),
      changes.map(describeChange).join('; '),
    ]),
  );
  return markdownTable(['wave', 'service', 'change', 'image', 'differences'], rows);
}
