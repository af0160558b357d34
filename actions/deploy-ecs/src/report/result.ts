import type { Finding } from '../../../../lib/core/errors.ts';
import type { ServiceReport } from '../../../../lib/core/release.ts';
import type { ServiceProgress } from '../apply/apply.ts';
import type { ServicePlan } from '../deploy/plan.ts';
import type { WantedService } from '../deploy/wanted.ts';

/** What became of one service, before the last look at what it runs. */
export type ServiceResult = Pick<
  ServiceReport,
  'name' | 'service' | 'change' | 'outcome' | 'explanation' | 'before' | 'wanted' | 'logGroup'
> & {
  /** Digest by task definition ARN, for the revisions it may run now. */
  readonly digests: ReadonlyMap<string, string>;
  /** From the first write to the end that was seen; milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** The deployment of someone else that was seen in the place of ours. */
  readonly supersededBy?: string;
};

export function resultOf(progress: ServiceProgress, digestsBefore: ReadonlyMap<string, string>): ServiceResult {
  const { plan, target, ended, refusal, explanation } = progress;
  const ours = target === undefined ? [] : [[target.taskDefinition, plan.wanted.digest] as const];
  return {
    name: plan.name,
    service: plan.ecsName,
    change: plan.change,
    outcome: outcomeOf(progress),
    ...(plan.before === undefined ? {} : { before: plan.before.taskDefinition }),
    ...(target === undefined ? {} : { wanted: target.taskDefinition }),
    logGroup: plan.wanted.infra.logGroup,
    explanation: explanation ?? (refusal === undefined ? [] : [refusal]),
    digests: new Map([...digestsBefore, ...unchangedDigest(plan), ...ours]),
    startedAt: target?.startedAt,
    endedAt: progress.undone?.at ?? ended?.at,
    ...(ended?.ending.kind === 'superseded' ? { supersededBy: ended.ending.by } : {}),
  };
}

/** A service of a release that was not begun. */
export function refusedResult(
  { service, infra }: WantedService,
  findings: readonly Finding[],
  digests: ReadonlyMap<string, string>,
): ServiceResult {
  const own = findings.filter(({ place }) => place === service.name);
  return {
    name: service.name,
    service: infra.service,
    change: 'unchanged',
    outcome: 'not-started',
    logGroup: infra.logGroup,
    explanation: own.map(({ message, remedy }) => `${message} ${remedy}`),
    digests,
    startedAt: undefined,
    endedAt: undefined,
  };
}

function unchangedDigest({ change, before, wanted }: ServicePlan): [string, string][] {
  return before !== undefined && (change === 'unchanged' || change === 'restart')
    ? [[before.taskDefinition, wanted.digest]]
    : [];
}

function outcomeOf({ plan, target, ended, refusal, undone }: ServiceProgress): ServiceReport['outcome'] {
  // A restart that went well has nothing to go back to.
  if (undone?.isBack === true)
    return plan.change === 'restart' && ended?.ending.kind === 'completed' ? 'deployed' : 'undone';
  if (undone !== undefined) return 'failed';
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
