import { ActionError } from '../../core/errors.ts';
import type { Lock } from '../../core/ledger.ts';
import { expiryMs, judgeTenure, renewalMs } from '../../core/lock.ts';
import type { Whereabouts } from '../../core/names.ts';
import type { Log } from '../../core/world.ts';
import { type Aws, guardWrites } from '../session.ts';
import { LockLost } from './lock-lost.ts';
import { locksOf, readLock } from './lock.ts';
import { type Newest, writeEntry } from './versions.ts';

/** The right to change an environment, for as long as it is renewed. */
export type Lease = {
  /** Like the session it was taken with, but each attempt of a change waits for a look at the lock that is at most 5 s old. Throws LockLost. */
  readonly aws: Aws;
  /** Someone else has held it since this run began to wait: what was observed before may not be so any more. */
  readonly waited: boolean;
  /** The release that the lock named before: begun last, whatever became of it. */
  readonly lastBegun: string | undefined;
  /** For every poll of a watch: looks and renews when it is time. Throws LockLost; an SSM that is away is waited out. */
  heartbeat(): Promise<void>;
  /** Frees it. Never throws: what is someone else's by now stays theirs, and what cannot be freed expires. */
  end(): Promise<void>;
};

export type Keeping = {
  readonly where: Whereabouts;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** A name that nobody has used before, e.g. `randomUUID`. */
  readonly nonce: () => string;
};

/** A moment by both clocks: after a machine was suspended, only one of them may have moved. */
type Moment = { readonly at: number; readonly elapsed: number };

/** A change is made only after a look at the lock that is at most so old. */
const lookMs = 5_000;
/** While nothing is changed, a look less often will do. */
const idleLookMs = 7_000;
/** So often a look is repeated that came too late or was overtaken by another writer. */
const mostLooks = 4;
/** A heartbeat waits for SSM no longer than this: the watch goes on. */
const heartbeatDeadlineMs = 5_000;

/** The lock while it is this run's: what was last seen of it, and when. */
export class HeldLease implements Lease {
  readonly aws: Aws;
  readonly waited: boolean;
  readonly lastBegun: string | undefined;
  private readonly plain: Aws;
  private readonly wish: Keeping;
  private readonly lease: string;
  private lock: Lock;
  private version: number;
  /** When the newest renewal was sent: its age is never underestimated. */
  private renewed: Moment;
  private looked: Moment;
  private looking: Promise<void> | undefined;
  private lost: LockLost | undefined;

  constructor(
    aws: Aws,
    wish: Keeping,
    taken: Pick<Lease, 'waited' | 'lastBegun'> & {
      readonly lock: Lock;
      readonly written: Newest<Lock>;
      readonly asked: Moment;
    },
  ) {
    this.plain = aws;
    this.wish = wish;
    this.waited = taken.waited;
    this.lastBegun = taken.lastBegun;
    this.lock = taken.lock;
    this.lease = taken.lock.lease;
    this.version = taken.written.version;
    this.renewed = taken.asked;
    this.looked = taken.asked;
    this.aws = guardWrites(aws, () => this.confirm());
  }

  async heartbeat(): Promise<void> {
    if (this.lost !== undefined) throw this.lost;
    if (this.since(this.looked) < idleLookMs) return;
    try {
      await this.share(() => this.look({ deadlineMs: heartbeatDeadlineMs, revive: true }));
    } catch (error) {
      if (error instanceof LockLost || this.wish.signal.aborted) throw error;
      // SSM is away. Nothing is changed before it is back; watching needs no lock.
    }
  }

  async end(): Promise<void> {
    try {
      for (let attempt = 1; this.lost === undefined && attempt <= 3; attempt++) {
        if (this.since(this.looked) >= lookMs || attempt > 1) await this.look({ revive: true });
        if ((await this.write({ state: 'free' })) !== undefined) return;
      }
    } catch (error) {
      if (!(error instanceof LockLost))
        this.wish.log.warn('The lock could not be freed; it expires by itself within three minutes.');
    } finally {
      this.lost ??= new LockLost({ kind: 'expired' });
    }
  }

  /** Before a change. A look whose answer was held up for long is not a look any more. */
  private async confirm(): Promise<void> {
    for (let looks = 0; looks <= mostLooks; looks++) {
      // A heartbeat's look serves as well, when it succeeds.
      await this.looking?.catch(() => undefined);
      if (this.lost !== undefined) throw this.lost;
      if (this.since(this.looked) < lookMs && this.since(this.renewed) < expiryMs / 2) return;
      await this.share(() => this.look({}));
    }
    throw unsteady();
  }

  /** Changes that begin side by side share one look. */
  private async share(look: () => Promise<void>): Promise<void> {
    this.looking ??= look().finally(() => (this.looking = undefined));
    await this.looking;
  }

  /** `revive`: an expired lock that nobody has taken may be renewed, since nothing is changed on the strength of it. */
  private async look({ deadlineMs, revive = false }: { deadlineMs?: number; revive?: boolean }): Promise<void> {
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    const age = this.since(this.renewed);
    if (age >= renewalMs && age < expiryMs && (await this.renew(options))) return;
    for (let looks = 1; looks <= mostLooks; looks++) {
      const asked = this.moment();
      const {
        entry,
        version,
        ageMs = 0,
      } = await readLock(this.plain, this.wish.where, {
        ...options,
        atLeast: this.version,
      });
      if (entry === undefined) throw this.lose(new LockLost({ kind: 'expired' }));
      if (this.since(asked) >= lookMs && looks < mostLooks) continue;
      const ageNow = Math.max(ageMs, this.since(this.renewed));
      const tenure = judgeTenure(entry, revive ? Math.min(ageNow, expiryMs - 1) : ageNow, this.lease);
      this.version = version;
      this.lock = entry;
      if (tenure.kind === 'pre-empted') await this.acknowledge();
      if (tenure.kind !== 'ours') throw this.lose(new LockLost(tenure));
      this.looked = asked;
      if (ageNow < renewalMs || (await this.renew(options))) return;
    }
    throw unsteady();
  }

  private async renew(options: { deadlineMs?: number }): Promise<boolean> {
    const asked = this.moment();
    const written = await this.write({ renewals: this.lock.renewals + 1 }, options);
    if (written === undefined) return false;
    this.renewed = asked;
    this.looked = asked;
    return true;
  }

  /** Frees the lock for whoever wants it; it stays reserved for them. */
  private async acknowledge(): Promise<void> {
    await this.write({ state: 'free' }).catch(() => undefined);
  }

  private async write(change: Partial<Lock>, options: { deadlineMs?: number } = {}): Promise<Newest<Lock> | undefined> {
    const entry = { ...this.lock, ...change, nonce: this.wish.nonce(), after: this.version };
    const written = await writeEntry(this.plain, locksOf(this.wish.where), entry, options);
    if (written === undefined) {
      this.version++;
      return undefined;
    }
    this.lock = entry;
    this.version = written.version;
    return written;
  }

  private lose(lost: LockLost): LockLost {
    this.lost = lost;
    return lost;
  }

  private moment(): Moment {
    return { at: this.plain.clock.now(), elapsed: this.plain.clock.elapsed() };
  }

  private since({ at, elapsed }: Moment): number {
    return Math.max(this.plain.clock.now() - at, this.plain.clock.elapsed() - elapsed);
  }
}

function unsteady(): ActionError {
  return new ActionError('E_REMOTE', 'The lock could not be read and renewed in time.', {
    remedy: 'Run the job again when SSM is well: it finds out what was done.',
  });
}
