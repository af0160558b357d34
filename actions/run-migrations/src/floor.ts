import { randomUUID } from 'node:crypto';
import { changeHead } from '../../../lib/aws/ledger/head.ts';
import { readRelease } from '../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Head } from '../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import { refuseUnderHold, type Visitor } from '../../../lib/world/knock.ts';
import type { MigrationPlan } from './plan.ts';

type Asking = { readonly where: Whereabouts; readonly plans: readonly MigrationPlan[]; readonly visitor: Visitor };

/**
 * The release that contract migrations follow: the current one, good, and of the very images that they are run from.
 * Throws E_STATE otherwise, since they take away what an earlier release still needs, and under a hold: whoever went
 * back may want to go back further.
 */
export async function observeRelease(
  aws: Aws,
  head: Head | undefined,
  { where, plans, visitor }: Asking,
): Promise<string> {
  refuseUnderHold(head, visitor);
  const current = head?.current === undefined ? undefined : await readRelease(aws, where, head.current);
  const isGood = current !== undefined && head?.good.includes(current.id) === true;
  const others = plans.filter(({ service, digest }) => current?.services[service]?.digest !== digest);
  if (isGood && others.length === 0) return current.id;
  const what = isGood
    ? `The current release ${current.id} runs another image of ${others.map(({ service }) => service).join(', ')}.`
    : 'There is no good release of these images.';
  throw new ActionError('E_STATE', what, {
    remedy: 'Run `phase: contract` after deploy-ecs has said `succeeded` for the same images.',
    place: 'phase',
  });
}

/**
 * From now on no rollback goes below this release. Written before the first task: whatever becomes of that one, or of
 * this job, something that earlier releases need may be gone. Throws E_STATE when another release is current by now, or a
 * hold was set.
 */
export async function raiseFloor(
  aws: Aws,
  release: string,
  { where, visitor }: Pick<Asking, 'where' | 'visitor'>,
): Promise<void> {
  const at = new Date(aws.clock.now()).toISOString();
  await changeHead(aws, where, {
    decide: (head) => {
      refuseUnderHold(head, visitor);
      if (head?.current !== release) throw overtaken(release);
      const { schema: _schema, nonce: _nonce, after: _after, ...kept } = head;
      return { ...kept, floor: { release, at } };
    },
    nonce: randomUUID,
  });
}

function overtaken(release: string): ActionError {
  return new ActionError('E_STATE', `${release} is not the current release any more.`, {
    remedy: 'Look at `operation: status`: contract migrations follow the release that runs.',
    place: 'phase',
  });
}
