import { randomUUID } from 'node:crypto';
import { takeLock } from '../../../lib/aws/ledger/lease.ts';
import { readLock } from '../../../lib/aws/ledger/lock.ts';
import { isSameRun } from '../../../lib/core/lock.ts';
import { readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { runNameOf } from '../../../lib/github/run-name.ts';
import type { Step } from '../../../lib/github/step.ts';
import { openSession } from '../../../lib/world/open-session.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { readPlace } from './under-lock.ts';

/** Frees the lock that no later step of this run has taken over: the job ended before a release began. */
export async function freeLock(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const place = readPlace(step.state);
  if (place === undefined) return;
  const aws = await openSession(step, readCommonInputs(step.inputs), place, surroundings);
  const { where } = place;
  const owner = runNameOf(step.job);
  const { entry: lock } = await readLock(aws, where);
  const isOurs = lock?.state === 'held' && isSameRun(lock.owner, owner) && lock.owner.attempt === owner.attempt;
  if (!isOurs || lock.purpose !== 'migrate') return;
  const { signal, log } = step;
  const wish = { where, owner, purpose: lock.purpose, release: undefined, signal, log };
  const lease = await takeLock(aws, { ...wish, nonce: randomUUID, waitForMs: 0 });
  await lease.end();
  step.log.info('The lock of the environment is free again.');
}
