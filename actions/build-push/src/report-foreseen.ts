import type { Step } from '../../../lib/github/step.ts';
import { markdownTable } from '../../../lib/github/summary.ts';
import type { Decision } from './decide.ts';
import type { BuildPlan } from './plan.ts';

/** Of a dry run: what would be done, for people and for later steps, and the digests of what need not be built. */
export function reportForeseen(step: Step, plan: BuildPlan, decisions: readonly Decision[]): void {
  const foreseen = decisions.map((decision) => ({
    service: decision.image.service,
    would: wouldOf(decision),
    why: decision.kind === 'build' ? decision.why : 'unchanged',
  }));
  const known = decisions.flatMap((one) => (one.kind === 'retag' ? [[one.image.service, one.stored.digest]] : []));
  step.summary.add(summarisePlan(plan, decisions));
  step.outputs.set('plan', JSON.stringify(foreseen));
  if (known.length > 0) step.outputs.set('images', JSON.stringify(Object.fromEntries(known)));
}

function wouldOf({ kind }: Decision): 'build' | 're-tag' {
  return kind === 'build' ? 'build' : 're-tag';
}

export function summarisePlan({ tags }: BuildPlan, decisions: readonly Decision[]): string {
  const rows = decisions.map((decision) => {
    const { service, repository, build } = decision.image;
    const why = decision.kind === 'build' ? decision.why : 'unchanged';
    return [service, repository, build.dockerfile, wouldOf(decision), why, tags.join(', ')];
  });
  return [
    '### Images (dry run: nothing was built)',
    markdownTable(['service', 'repository', 'Dockerfile', 'would', 'why', 'tags'], rows),
  ].join('\n\n');
}
