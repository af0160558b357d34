import { randomUUID } from 'node:crypto';
import { takeLock } from '../../../../lib/aws/ledger/lease.ts';
import { readLock } from '../../../../lib/aws/ledger/lock.ts';
import { extendRelease, readRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import { describeRun, isSameRun } from '../../../../lib/core/lock.ts';
import { readCommonInputs } from '../../../../lib/github/common-inputs.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { openSession } from '../../../../lib/world/open-session.ts';
import { type Surroundings, realSurroundings } from '../../../../lib/world/surroundings.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { type Begun, readBegun } from './begun.ts';
import { beginUndo } from './begin-undo.ts';
import { findTouched, type Touched } from './touched.ts';

/**
 * After a job that was cancelled or killed in the middle of a release: says what goes on, begins what `on-cancel`
 * says, writes both into the release's record and frees the lock. It waits for nothing: GitHub gives all post steps
 * five minutes together. The next run, or `status`, finds out how it ended.
 */
export async function cleanUp(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const begun = readBegun(step.state);
  if (begun === undefined) return;
  const session = await openSession(step, readCommonInputs(step.inputs), begun, surroundings);
  const aws = inHaste(session);
  const owner = runNameOf(step.job);
  const { entry: lock } = await readLock(aws, begun.where);
  const isOurs = lock?.state === 'held' && isSameRun(lock.owner, owner) && lock.owner.attempt === owner.attempt;
  if (!isOurs || lock.preempt !== undefined) {
    const by = lock?.preempt?.by ?? lock?.owner;
    return step.log.info(
      `Nothing is left to do here${by === undefined ? '' : `: ${describeRun(by)} has been at work since`}.`,
    );
  }
  const { where, release } = begun;
  const { signal, log } = step;
  const lease = await takeLock(aws, {
    where,
    owner,
    purpose: lock.purpose,
    release,
    signal,
    log,
    nonce: randomUUID,
    waitForMs: 0,
  });
  try {
    const record = await readRelease(lease.aws, where, release);
    if (record?.verdict === undefined && record !== undefined)
      await leaveOrUndo(record, begun, { step, aws: lease.aws });
  } finally {
    await lease.end();
  }
}

async function leaveOrUndo(
  record: ReleaseRecord,
  begun: Begun,
  { step, aws }: { step: Step; aws: Aws },
): Promise<void> {
  const touched = await findTouched(aws, record, begun);
  for (const { name, deploymentId } of touched) step.log.info(`${name}: ${deploymentId} goes on in ECS`);
  const isUndo = begun.onCancel === 'undo' && touched.length > 0;
  const services = isUndo ? await beginUndo(touched, { aws, cluster: record.cluster, step }) : releasedBy(touched);
  const previous = record.previous === undefined ? undefined : await readRelease(aws, begun.where, record.previous);
  await extendRelease(aws, begun.where, record.id, {
    cancelled: isUndo ? 'going-back' : 'left',
    reason: isUndo
      ? 'The job was cancelled; going back was begun.'
      : 'The job was cancelled; what was begun was left to ECS.',
    services: { ...previous?.services, ...services },
  });
}

function releasedBy(touched: readonly Touched[]): ReleaseRecord['services'] {
  return Object.fromEntries(touched.map(({ name, released }) => [name, released]));
}

const longestCallMs = 20_000;

/** Nobody gives a post step two minutes for one call. */
function inHaste(aws: Aws): Aws {
  return {
    ...aws,
    send: (client, command, options) => aws.send(client, command, { deadlineMs: longestCallMs, ...options }),
  };
}
