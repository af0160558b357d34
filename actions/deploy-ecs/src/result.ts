import type { ServiceReport } from '../../../lib/core/release.ts';
import type { ServiceProgress } from './apply.ts';
import type { ServicePlan } from './plan.ts';

/** What became of one service, before the last look at what it runs. */
export type ServiceResult = Pick<ServiceReport, 'name' | 'service' | 'change' | 'outcome' | 'explanation'> & {
  /** Digest by task definition ARN, for the revisions it may run now. */
  readonly digests: ReadonlyMap<string, string>;
  readonly startedAt: number | undefined;
};

export function resultOf(progress: ServiceProgress, digestsBefore: ReadonlyMap<string, string>): ServiceResult {
  const { plan, target, refusal, explanation } = progress;
  const ours = target === undefined ? [] : [[target.taskDefinition, plan.wanted.digest] as const];
  return {
    name: plan.name,
    service: plan.ecsName,
    change: plan.change,
    outcome: outcomeOf(progress),
    explanation: explanation ?? (refusal === undefined ? [] : [refusal]),
    digests: new Map([...digestsBefore, ...unchangedDigest(plan), ...ours]),
    startedAt: target?.startedAt,
  };
}

function unchangedDigest({ change, before, wanted }: ServicePlan): [string, string][] {
  return before !== undefined && (change === 'unchanged' || change === 'restart')
    ? [[before.taskDefinition, wanted.digest]]
    : [];
}

function outcomeOf({ plan, target, ended, refusal, undone }: ServiceProgress): ServiceReport['outcome'] {
  if (undone !== undefined) return undone.isBack ? 'undone' : 'failed';
  if (refusal !== undefined) return 'failed';
  if (plan.change === 'unchanged') return 'unchanged';
  if (target === undefined) return 'not-started';
  switch (ended?.ending.kind) {
    case 'completed':
      return 'deployed';
    case 'failed':
      return 'failed';
    default:
      return 'unknown';
  }
}
