import type { Lock, LockPurpose, RunName } from '../../core/ledger.ts';
import { describeRun, expiryMs, type Turn } from '../../core/lock.ts';
import type { Aws } from '../session.ts';
import { HeldLease, type Keeping, type Lease } from './held-lease.ts';
import { locksOf } from './lock.ts';
import { type Place, Queue } from './queue.ts';
import { type Newest, writeEntry } from './versions.ts';

export type { Lease } from './held-lease.ts';

export type LeaseWish = Place &
  Keeping & {
    readonly purpose: LockPurpose;
    /** The release that is begun under this lock; undefined: none, and the lock goes on naming the one before. */
    readonly release: string | undefined;
  };

/**
 * Takes the lock of an environment, at once when nobody has it or this same run does. Another run is waited for while
 * it is alive, and a dead one until nothing of it can still arrive. Throws E_STATE when the wait is over.
 */
export async function takeLock(aws: Aws, wish: LeaseWish): Promise<Lease> {
  const queue = new Queue(aws, wish);
  for (;;) {
    const { found, turn } = await queue.look();
    if (turn.kind === 'ours' || turn.kind === 'abandoned') {
      const lease = await seize(aws, wish, found, queue.hasWaited || isTakeOver(turn, wish));
      if (lease !== undefined) return lease;
      queue.hasWaited = true;
    } else {
      await queue.wait(turn, found);
    }
  }
}

/**
 * Takes the lock from a run that deploys, which stops at its next change or poll and frees it. What has not been freed
 * within 15 s is taken all the same. A run that itself brings a release back is waited for, as by `takeLock`.
 */
export async function preemptLock(aws: Aws, wish: LeaseWish & { readonly reason: string }): Promise<Lease> {
  const queue = new Queue(aws, wish);
  let claimedAt: number | undefined;
  for (;;) {
    const { found, turn } = await queue.look();
    const isPatient = claimedAt === undefined || aws.clock.elapsed() - claimedAt < acknowledgementMs;
    if (turn.kind === 'held' && !givesWay.has(turn.purpose)) {
      await queue.wait(turn, found);
    } else if (turn.kind === 'ours' || turn.kind === 'reserved' || turn.kind === 'abandoned' || !isPatient) {
      const lease = await seize(aws, wish, found, queue.hasWaited || isTakeOver(turn, wish));
      if (lease !== undefined) return lease;
      queue.hasWaited = true;
    } else {
      if (!isClaimed(found.entry, wish.owner)) await claim(aws, wish, found);
      claimedAt ??= aws.clock.elapsed();
      await queue.wait(turn, found, claimPollMs);
    }
  }
}

const acknowledgementMs = 15_000;
const claimPollMs = 1_000;
const givesWay: ReadonlySet<LockPurpose> = new Set(['configure', 'migrate', 'deploy']);

/** A later step of one attempt goes on where the step before it stopped; anything else may have moved meanwhile. */
function isTakeOver(turn: Turn, { owner }: LeaseWish): boolean {
  return turn.kind !== 'ours' || (turn.from !== undefined && turn.from.attempt !== owner.attempt);
}

function isClaimed(lock: Lock | undefined, by: RunName): boolean {
  return lock?.preempt?.by.id === by.id && lock.preempt.by.attempt === by.attempt;
}

/** Tells the owner that it is to stop. When the lock was written meanwhile, the next look shows what has become of it. */
async function claim(
  aws: Aws,
  { where, owner, reason, nonce, log }: LeaseWish & { readonly reason: string },
  { entry, version }: Newest<Lock>,
): Promise<void> {
  if (entry === undefined) return;
  log.info(`Asking ${describeRun(entry.owner)} to stop`);
  const claimed = { ...entry, nonce: nonce(), after: version, preempt: { by: owner, reason } };
  await writeEntry(aws, locksOf(where), claimed);
}

/** Writes this run in as the owner; undefined when another came first. */
async function seize(
  aws: Aws,
  wish: LeaseWish,
  { entry, version }: Newest<Lock>,
  waited: boolean,
): Promise<Lease | undefined> {
  const { where, owner, purpose, release = entry?.release } = wish;
  const lease = wish.nonce();
  const expiresAfterSeconds = expiryMs / 1000;
  const lock: Lock = {
    schema: 1,
    state: 'held',
    owner,
    lease,
    purpose,
    release,
    expiresAfterSeconds,
    renewals: 0,
    nonce: lease,
    after: version,
  };
  const asked = { at: aws.clock.now(), elapsed: aws.clock.elapsed() };
  const written = await writeEntry(aws, locksOf(where), lock);
  if (written === undefined) return undefined;
  return new HeldLease(aws, wish, { lock, written, asked, waited, lastBegun: entry?.release });
}
