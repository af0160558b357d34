import { readHead } from '../../../lib/aws/ledger/head.ts';
import { readAllReleases } from '../../../lib/aws/ledger/records.ts';
import { type Aws, openAws } from '../../../lib/aws/session.ts';
import type { Head, ReleaseRecord } from '../../../lib/core/ledger.ts';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import type { Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { VirtualClock } from '../../../simulator/clock.ts';

export const where = { application: 'smartboard', environment: 'prod' };

/** A session with the root's rights, beside the actions. */
export function rootSession({ cloud }: Stage): Aws {
  return openAws({
    region: cloud.region,
    credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
    requestHandler: inProcess(cloud),
    clock: clockOf(cloud.clock as VirtualClock),
    chance: () => 0.5,
    log: { info() {}, warn() {}, group: (_title, work) => work() },
  });
}

export async function headOf(stage: Stage): Promise<Head> {
  const head = await readHead(rootSession(stage), where);
  if (head === undefined) throw new Error('there is no head yet');
  return head;
}

/** Newest first. */
export async function recordsOf(stage: Stage): Promise<readonly ReleaseRecord[]> {
  return readAllReleases(rootSession(stage), where);
}
