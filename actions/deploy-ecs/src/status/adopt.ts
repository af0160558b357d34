import { randomUUID } from 'node:crypto';
import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { takeLock } from '../../../../lib/aws/ledger/lease.ts';
import { extendRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { judgeTurn } from '../../../../lib/core/lock.ts';
import type { Verdict } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import { concludeRecord } from '../deploy/conclude-record.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { moveHead } from '../deploy/record.ts';
import { standOn } from '../rollback/head.ts';
import { untouchedTarget } from '../watch/recheck.ts';
import type { Target } from '../watch/target.ts';
import { watchDeployments } from '../watch/watch.ts';
import type { Standing, StandingService } from './observe.ts';

/** A release that nobody waited for, and how it ended. */
export type Adopted = { readonly release: ReleaseRecord; readonly verdict: Verdict };

/**
 * A cancelled job left its release to ECS. When all of it has come to its end meanwhile, the ledger is told so: the
 * one thing that `status` ever writes. Nothing is written while a run has the lock, or as long as anything is doubtful.
 */
export async function adoptCancelled(
  standing: Standing,
  step: Step,
  { where, aws }: StandingEnvironment,
): Promise<Adopted | undefined> {
  const { unfinished, cluster, lock } = standing;
  if (unfinished?.cancelled === undefined || cluster === undefined) return undefined;
  const owner = runNameOf(step.job);
  const { kind } = judgeTurn(lock?.entry, lock?.ageMs ?? 0, owner);
  if (kind !== 'ours' && kind !== 'abandoned') return undefined;
  const targets = endedTargets(unfinished, standing.services, aws.clock.now());
  if (targets === undefined || !(await areComplete(targets, { aws, cluster, step }))) return undefined;

  const wish = { where, owner, purpose: 'deploy', release: unfinished.id, nonce: randomUUID, waitForMs: 0 } as const;
  const lease = await takeLock(aws, { ...wish, signal: step.signal, log: step.log });
  try {
    const verdict = verdictOf(unfinished);
    await conclude(lease.aws, { where, standing, release: unfinished, verdict });
    return { release: unfinished, verdict };
  } finally {
    await lease.end();
  }
}

/** What each service of the release must run to be at its end; undefined when one was not reached, or runs something else. */
function endedTargets(
  { before, services, cancelled }: ReleaseRecord,
  observed: readonly StandingService[],
  now: number,
): readonly Target[] | undefined {
  const targets = Object.entries(before).map(([name, found]) => {
    const service = observed.find((one) => one.name === name);
    const recorded = Object.hasOwn(services, name) ? services[name] : undefined;
    if (service?.observed === undefined || recorded === undefined) return undefined;
    const primary = primaryOf(service.observed);
    const wasReached = primary?.id !== found?.deploymentId;
    const isMeant = service.observed.taskDefinition === recorded.taskDefinition;
    if (!isMeant || (cancelled === 'left' && !wasReached)) return undefined;
    return untouchedTarget({ name, ecsName: service.ecsName, before: service.observed, digests: [] }, now);
  });
  return targets.every((target) => target !== undefined) ? targets : undefined;
}

/** By the rule of every release, in one look. */
async function areComplete(
  targets: readonly Target[],
  { aws, cluster, step }: { aws: Aws; cluster: string; step: Step },
): Promise<boolean> {
  const log = { ...step.log, info() {} };
  const ended = await watchDeployments(targets, {
    aws,
    cluster,
    log,
    signal: step.signal,
    deadline: aws.clock.elapsed(),
  });
  return ended.length === targets.length && ended.every(({ ending }) => ending.kind === 'completed');
}

function verdictOf({ operation, cancelled }: ReleaseRecord): Verdict {
  if (cancelled === 'going-back') return 'undone';
  return operation === 'rollback' ? 'rolled-back' : 'succeeded';
}

async function conclude(
  aws: Aws,
  {
    where,
    standing,
    release,
    verdict,
  }: { where: StandingEnvironment['where']; standing: Standing; release: ReleaseRecord; verdict: Verdict },
): Promise<void> {
  const reason = 'Its job was cancelled; `status` found that ECS had finished it.';
  const { id } = release;
  if (verdict !== 'rolled-back') return concludeRecord(aws, where, { ...release, part: { verdict, reason } });
  await extendRelease(aws, where, id, { verdict, reason });
  const target = standing.head?.hold?.to;
  if (target === undefined) return;
  await extendRelease(aws, where, target, { services: release.services });
  await moveHead(aws, where, (head) => standOn(head, target));
}
