import { readHead } from '../../../lib/aws/ledger/head.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Head } from '../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import { knock, type Visitor } from '../../../lib/world/knock.ts';
import { observeRelease, raiseFloor } from './floor.ts';
import type { MigrationPlan } from './plan.ts';

/** Who wants to migrate what. */
export type Asking = {
  readonly where: Whereabouts;
  readonly phase: 'expand' | 'contract';
  readonly plans: readonly MigrationPlan[];
  readonly visitor: Visitor;
};

/** What let the migrations in. */
export type Admission =
  | { readonly kind: 'expand'; readonly head: Head | undefined }
  /** `release`: the one that they follow. */
  | { readonly kind: 'contract'; readonly release: string };

/**
 * Asks whether the migrations may run where the environment stands, before anything is written. What comes before a
 * release is let in as the release itself would be; what follows one, only while that release is current and no hold was
 * set. Throws E_STATE.
 */
export async function admit(aws: Aws, asking: Asking): Promise<Admission> {
  const head = await readHead(aws, asking.where);
  if (asking.phase === 'contract') return { kind: 'contract', release: await observeRelease(aws, head, asking) };
  await knock(head, asking.visitor);
  return { kind: 'expand', head };
}

/** The same under the lock, which another run may have had meanwhile. For contract migrations it raises the floor. */
export async function confirm(aws: Aws, admission: Admission, asking: Asking): Promise<void> {
  if (admission.kind === 'contract') return raiseFloor(aws, admission.release, asking);
  const head = await readHead(aws, asking.where);
  if (head?.nonce !== admission.head?.nonce) await knock(head, asking.visitor);
}
