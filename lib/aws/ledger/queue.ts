import { ActionError } from '../../core/errors.ts';
import type { Lock, RunName } from '../../core/ledger.ts';
import { describeRun, judgeTurn, type Turn } from '../../core/lock.ts';
import type { Whereabouts } from '../../core/names.ts';
import type { Log } from '../../core/world.ts';
import type { Aws } from '../session.ts';
import { readLock } from './lock.ts';
import type { Newest } from './versions.ts';

/** Who waits for the lock of which environment, and for how long while another run is alive. */
export type Place = {
  readonly where: Whereabouts;
  readonly owner: RunName;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly waitForMs: number;
};

const pollMs = 5_000;
const tellEveryMs = 60_000;

/** A run that waits for its turn, and says so. */
export class Queue {
  hasWaited = false;
  private readonly aws: Aws;
  private readonly wish: Place;
  private readonly startedAt: number;
  private toldAt: number | undefined;
  private told = '';
  private seen: { readonly version: number; readonly at: number } | undefined;

  constructor(aws: Aws, wish: Place) {
    this.aws = aws;
    this.wish = wish;
    this.startedAt = aws.clock.elapsed();
  }

  async look(): Promise<{ found: Newest<Lock>; turn: Turn }> {
    const { where, signal, owner } = this.wish;
    signal.throwIfAborted();
    const found = await readLock(this.aws, where, { atLeast: this.seen?.version ?? 0, signal });
    const now = this.aws.clock.elapsed();
    if (this.seen?.version !== found.version) this.seen = { version: found.version, at: now };
    // Without SSM's time an entry is as old as it has been watched: never too old.
    const ageMs = found.ageMs ?? now - this.seen.at;
    return { found, turn: judgeTurn(found.entry, ageMs, owner) };
  }

  async wait(turn: Turn, found: Newest<Lock>, pauseMs = pollMs): Promise<void> {
    const { clock } = this.aws;
    const { signal, waitForMs } = this.wish;
    this.hasWaited = true;
    const waitedMs = clock.elapsed() - this.startedAt;
    if (waitedMs >= waitForMs && turn.kind !== 'dying') throw stillHeld(found.entry, waitedMs);
    this.tell(turn, clock.elapsed());
    await clock.sleep(turn.kind === 'dying' ? Math.min(pauseMs, turn.freeInMs) : pauseMs, signal);
  }

  private tell(turn: Turn, now: number): void {
    const sentence = describeTurn(turn);
    if (sentence === this.told && this.toldAt !== undefined && now - this.toldAt < tellEveryMs) return;
    this.told = sentence;
    this.toldAt = now;
    this.wish.log.info(sentence);
  }
}

function describeTurn(turn: Turn): string {
  switch (turn.kind) {
    case 'held':
      return `Waiting for the lock: ${describeRun(turn.by)} has it, to ${turn.purpose}`;
    case 'dying':
      return `Waiting for the lock: ${describeRun(turn.by)} has not been heard of; it is taken over when nothing of it can arrive any more`;
    case 'reserved':
      return `Waiting for the lock: it was freed for ${describeRun(turn.by)}`;
    default:
      return 'Waiting for the lock';
  }
}

function stillHeld(lock: Lock | undefined, waitedMs: number): ActionError {
  const by = lock === undefined ? 'another run' : describeRun(lock.owner);
  return new ActionError(
    'E_STATE',
    `After ${Math.round(waitedMs / 60_000)} minutes the environment is still locked by ${by}.`,
    {
      remedy: 'Wait until that run has ended, or cancel it; then run this job again.',
    },
  );
}
