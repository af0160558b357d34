import { randomUUID } from 'node:crypto';
import { changeHead, type HeadChange, writeRelease } from '../../../../lib/aws/ledger.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import { releaseId } from '../../../../lib/core/release-id.ts';
import type { Head, ReleasedService, ReleaseRecord, Verdict } from '../../../../lib/core/release.ts';
import type { Job } from '../../../../lib/github/job.ts';

/** How many good releases `head` remembers. */
const goodReleases = 20;

/** The id of a release that was not given one. */
export function releaseIdOf(job: Job, now: number): string {
  return releaseId({ at: now, ...job });
}

export type Recording = {
  readonly where: Whereabouts;
  readonly release: string;
  readonly job: Job;
  readonly verdict: Verdict;
  readonly cluster: string;
  /** Those of this release, put over those of the one before. */
  readonly services: Readonly<Record<string, ReleasedService>>;
  readonly current: ReleaseRecord | undefined;
};

/** Writes the release down and moves the head, where the verdict moves it. Answers with the id it is written under. */
export async function recordRelease(aws: Aws, recording: Recording): Promise<string> {
  const { where, verdict } = recording;
  const id = await writeOnce(aws, recording);
  if (verdict === 'succeeded' || verdict === 'unchanged') await moveHead(aws, where, (head) => released(head, id));
  // Not a good one, but what is there: a rollback then returns to the newest good one.
  if (verdict === 'mixed') await moveHead(aws, where, (head) => ({ current: id, good: head?.good ?? [] }));
  return id;
}

/** A record is written once: a re-run that was given the id of a failed attempt gets one of its own. */
async function writeOnce(
  aws: Aws,
  { where, release, job, verdict, cluster, services, current }: Recording,
): Promise<string> {
  const { repository, runId, runAttempt } = job;
  for (let copy = 1; ; copy++) {
    const id = copy === 1 ? release : `${release}.${copy}`;
    const written = await writeRelease(aws, where, {
      schema: 1,
      id,
      commit: job.commit,
      run: { repository, id: runId, attempt: runAttempt },
      at: new Date(aws.clock.now()).toISOString(),
      verdict,
      cluster,
      services: { ...current?.services, ...services },
    });
    if (written === 'written') return id;
  }
}

export function moveHead(aws: Aws, where: Whereabouts, decide: (head: Head | undefined) => HeadChange): Promise<Head> {
  return changeHead(aws, where, { decide, nonce: randomUUID });
}

export function released(head: Head | undefined, id: string): HeadChange {
  return { current: id, good: [id, ...(head?.good ?? []).filter((other) => other !== id)].slice(0, goodReleases) };
}
