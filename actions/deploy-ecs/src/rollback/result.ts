import type { Verdict } from '../../../../lib/core/release.ts';
import { explainFailure } from '../explain/explain.ts';
import type { ServiceResult } from '../report/result.ts';
import type { WatchWorld } from '../watch/watch.ts';
import type { Progress, RollbackProgress } from './apply.ts';

/** What a rollback that has run its course amounts to. */
export function verdictOf(progress: Progress): Verdict {
  const kinds = [...progress.values()].map(({ plan, ended, refusal }) => {
    if (refusal !== undefined) return 'failed';
    return ended?.ending.kind ?? (plan.isThere ? 'completed' : 'timed-out');
  });
  if (kinds.every((kind) => kind === 'completed')) return 'rolled-back';
  if (kinds.includes('superseded')) return 'superseded';
  return kinds.includes('failed') ? 'mixed' : 'timed-out';
}

/** Per service what became of it, and why where it failed. */
export function resultsOf(
  progress: Progress,
  world: Pick<WatchWorld, 'aws' | 'cluster'>,
): Promise<readonly ServiceResult[]> {
  return Promise.all([...progress.values()].map((one) => resultOf(one, world)));
}

async function resultOf(
  one: RollbackProgress,
  { aws, cluster }: Pick<WatchWorld, 'aws' | 'cluster'>,
): Promise<ServiceResult> {
  const { plan, target, ended, refusal } = one;
  const { released, recorded, before, isThere } = plan;
  const logGroup = recorded.definition.containerDefinitions?.[0]?.logConfiguration?.options?.['awslogs-group'] ?? '';
  const digests = new Map([[released.taskDefinition, released.digest]]);
  // An earlier attempt may have registered the recorded definition anew.
  if (isThere) digests.set(before.taskDefinition, released.digest);
  if (target !== undefined) digests.set(target.taskDefinition, released.digest);
  const hasFailed = ended !== undefined && ended.ending.kind !== 'completed';
  return {
    name: plan.name,
    service: released.service,
    change: isThere ? 'unchanged' : 'update',
    outcome: outcomeOf(one),
    before: before.taskDefinition,
    ...(target === undefined ? {} : { wanted: target.taskDefinition }),
    logGroup,
    explanation: hasFailed
      ? await explainFailure(aws, { ended, cluster, logGroup })
      : refusal === undefined
        ? []
        : [refusal],
    digests,
    startedAt: target?.startedAt,
    endedAt: ended?.at,
  };
}

function outcomeOf({ plan, target, ended, refusal }: RollbackProgress): ServiceResult['outcome'] {
  if (refusal !== undefined || ended?.ending.kind === 'failed') return 'failed';
  if (ended?.ending.kind === 'completed') return 'deployed';
  if (ended !== undefined || target !== undefined) return 'unknown';
  return plan.isThere ? 'unchanged' : 'not-started';
}
