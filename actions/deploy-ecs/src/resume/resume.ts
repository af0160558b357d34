import { randomUUID } from 'node:crypto';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { takeLock } from '../../../../lib/aws/ledger/lease.ts';
import type { EndedHold, Head, HeadChange, Hold } from '../../../../lib/core/ledger.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { markdownText } from '../../../../lib/github/summary.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import { runNameOf } from '../../../../lib/github/run-name.ts';
import { moveHead } from '../deploy/record.ts';
import type { ResumeInputs } from '../inputs.ts';

/** A rollback that is going on sets a hold of its own: it is waited for. */
const waitForMs = 10 * 60_000;

/** Ends the hold that a rollback has set, so that pushes deploy again. Without a hold there is nothing to do. */
export async function resume(inputs: ResumeInputs, step: Step, environment: StandingEnvironment): Promise<void> {
  const { where, aws } = environment;
  const head = await readHead(aws, where);
  if (head?.hold === undefined) return tell(step, `No hold is on ${where.environment}: nothing has to be resumed.`);
  if (inputs.common.dryRun) return tell(step, `Would end the hold: ${describeHold(head.hold)}`);

  const owner = runNameOf(step.job);
  const { signal, log } = step;
  const wish = {
    where,
    owner,
    purpose: 'resume',
    release: undefined,
    signal,
    log,
    nonce: randomUUID,
    waitForMs,
  } as const;
  const lease = await takeLock(aws, wish);
  try {
    const by = step.job.actor === '' ? environment.identity.arn : step.job.actor;
    const at = new Date(aws.clock.now()).toISOString();
    const { ended } = await moveHead(lease.aws, where, (now) => withoutHold(now, { by, at, reason: inputs.reason }));
    const wasOurs = ended?.at === at && ended.by === by;
    tell(step, wasOurs ? `Ended the hold: ${describeHold(ended.hold)}` : 'Someone else has ended the hold meanwhile.');
  } finally {
    await lease.end();
  }
}

/** The hold that was ended stays in the ledger, with who did it and why. */
export function withoutHold(head: Head | undefined, ending: Omit<EndedHold, 'hold'>): HeadChange {
  const { hold, ...kept } = head ?? { current: undefined, good: [] };
  return hold === undefined ? kept : { ...kept, ended: { hold, ...ending } };
}

/** In one sentence: since when, by whom, from where to where, and why. */
export function describeHold({ from, to, reason, by, at }: Hold): string {
  const who = by === '' ? '' : ` by ${by}`;
  return `since ${at}${who}, when ${from ?? 'an unknown release'} was left for ${to}: ${reason}`;
}

function tell(step: Step, sentence: string): void {
  step.log.info(sentence);
  step.summary.add(markdownText(sentence));
}
