import { randomUUID } from 'node:crypto';
import { primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { changeHead } from '../../../../lib/aws/ledger/head.ts';
import { beginRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Head, HeadChange, ReleaseBegun, ServiceBefore } from '../../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import { releaseId } from '../../../../lib/core/release-id.ts';
import type { Job } from '../../../../lib/github/job.ts';
import type { ServicePlan } from './plan.ts';

/** The id of a release that was not given one. */
export function releaseIdOf(job: Job, now: number): string {
  return releaseId({ at: now, ...job });
}

/** Writes down what is about to happen; a re-run that was given the id of a failed attempt gets one of its own. */
export async function beginRecord(aws: Aws, where: Whereabouts, begun: ReleaseBegun): Promise<string> {
  for (let copy = 1; ; copy++) {
    const id = copy === 1 ? begun.id : `${begun.id}.${copy}`;
    if ((await beginRelease(aws, where, { ...begun, id })) === 'written') return id;
  }
}

export function moveHead(aws: Aws, where: Whereabouts, decide: (head: Head | undefined) => HeadChange): Promise<Head> {
  return changeHead(aws, where, { decide, nonce: randomUUID });
}

/** What a release of these services finds. */
export function beforeOf(services: readonly ServicePlan[]): Readonly<Record<string, ServiceBefore | null>> {
  return Object.fromEntries(
    services.map(({ name, ecsName, before, goesBackTo }) => {
      if (before === undefined) return [name, null];
      const deploymentId = primaryOf(before)?.id ?? '';
      return [name, { service: ecsName, deploymentId, taskDefinition: before.taskDefinition, goesBackTo }];
    }),
  );
}
