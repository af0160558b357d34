import { randomUUID } from 'node:crypto';
import { type Lease, takeLock } from '../../../lib/aws/ledger/lease.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { RunName } from '../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import { runNameOf } from '../../../lib/github/run-name.ts';
import type { State, Step } from '../../../lib/github/step.ts';

/** Where the lock is. */
export type Place = { readonly where: Whereabouts; readonly account: string; readonly region: string };

/** So long another run is waited for. */
const waitForMs = 30 * 60_000;

/**
 * Works while no other run changes the environment. After success the lock stays for the next step of this run, which
 * shares it, unless this is the last one; the post step frees what no step has taken over.
 */
export async function underLock(
  aws: Aws,
  { step, place, isLastStep }: { step: Step; place: Place; isLastStep: boolean },
  work: (lease: Lease, run: RunName) => Promise<void>,
): Promise<void> {
  const { signal, log } = step;
  const run = runNameOf(step.job);
  const wish = { where: place.where, owner: run, purpose: 'migrate' as const, release: undefined };
  const lease = await takeLock(aws, { ...wish, signal, log, nonce: randomUUID, waitForMs });
  notePlace(step.state, place);
  try {
    await work(lease, run);
  } catch (error) {
    await lease.end();
    throw error;
  }
  if (isLastStep) await lease.end();
}

function notePlace(state: State, place: Place): void {
  state.save(placeName, JSON.stringify(place));
}

/** Undefined when the lock was never taken. This very action wrote it, on the same machine. */
export function readPlace(state: State): Place | undefined {
  const noted = state.get(placeName);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return noted === undefined ? undefined : (JSON.parse(noted) as Place);
}

const placeName = 'slipway-lock';
