/**
 * What the ledger in SSM holds, in three kinds of parameter under `/<application>/<environment>/`: `release/lock`,
 * `release/head` and `releases/<id>`. SSM has no conditional write, but it numbers versions strictly: every entry of
 * lock and head says on which version it was decided (`after`), and one whose own version is not the next is void.
 */
import type { Verdict } from './release.ts';

/** What an entry of lock or head carries so that of two writers exactly one wins. */
export type Entry = {
  readonly schema: 1;
  /** By which a writer finds its entry again in the parameter's history. */
  readonly nonce: string;
  /** The version of the parameter that this entry was decided on; 0 for the first. */
  readonly after: number;
};

/** One attempt of one run of a workflow, as the ledger names it. */
export type RunName = {
  /** `owner/name`; `local` outside of GitHub Actions. */
  readonly repository: string;
  /** Path of the workflow's file in its repository; empty when unknown. Run numbers count per workflow. */
  readonly workflow: string;
  readonly id: string;
  readonly number: number;
  readonly attempt: number;
  readonly actor: string;
  readonly url?: string;
};

/** `release/lock`: who changes the environment. Its history is disposable. */
export type Lock = Entry & {
  readonly state: 'held' | 'free';
  readonly owner: RunName;
  /** Names one tenure: the nonce of the entry by which it was taken, the same in all renewals. */
  readonly lease: string;
  readonly purpose: LockPurpose;
  /** The release that was begun last, here or under an earlier lock; undefined before the first. */
  readonly release: string | undefined;
  /** How long after SSM's LastModifiedDate the owner is taken for alive. */
  readonly expiresAfterSeconds: number;
  readonly renewals: number;
  /** Someone on call wants the environment: the owner stops at its next mutation or poll and frees the lock. */
  readonly preempt?: { readonly by: RunName; readonly reason: string };
};

export type LockPurpose = 'configure' | 'migrate' | 'deploy' | 'rollback' | 'resume';

/** `release/head`: where the environment stands, in full. */
export type Head = Entry & {
  readonly current: string | undefined;
  /** Newest first, at most twenty. */
  readonly good: readonly string[];
  /** The newest run that deployed: an older one never deploys over it. */
  readonly newest?: {
    readonly release: string;
    readonly commit: string;
    readonly run: Pick<RunName, 'repository' | 'workflow' | 'id' | 'number'>;
  };
  /** Set by a rollback: no push deploys until someone resumes. */
  readonly hold?: Hold;
  /** The hold that was ended last, and why. */
  readonly ended?: EndedHold;
  /** The oldest release that fits the database's schema, since a contract migration removed what earlier ones need. */
  readonly floor?: { readonly release: string; readonly at: string };
  /** Releases that a rollback has left, newest first, at most ten: going back to one takes `force`. */
  readonly left?: readonly { readonly release: string; readonly reason: string; readonly at: string }[];
};

export type Hold = {
  readonly from: string | undefined;
  readonly to: string;
  readonly reason: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
};

/** By `operation: resume`. */
export type EndedHold = {
  readonly hold: Hold;
  readonly by: string;
  readonly reason: string | undefined;
  /** ISO 8601. */
  readonly at: string;
};

/** What a head is changed to; the rest is the ledger's own. */
export type HeadChange = Omit<Head, keyof Entry>;

/**
 * `releases/<id>`: written once when a release begins, extended by its own run through numbered parts
 * (`releases/<id>/1`, …) and read as one.
 */
export type ReleaseRecord = ReleaseBegun & {
  /** Undefined while it is under way, or when its run was killed. */
  readonly verdict: Verdict | undefined;
  readonly reason: string | undefined;
  /** What the post step did when the job was cancelled before the release had ended. */
  readonly cancelled?: Cancelled | undefined;
  /** Of the configuration that config-env resolved for it. */
  readonly fingerprint?: string;
  /** What every service of the environment was left on, also those that this release did not touch. */
  readonly services: Readonly<Record<string, ReleasedService>>;
};

/** The intent, written before the first change, so that whoever comes after a dead run knows what was there. */
export type ReleaseBegun = {
  readonly schema: 1;
  readonly id: string;
  readonly operation: 'deploy' | 'rollback';
  readonly commit: string;
  readonly run: RunName;
  /** ISO 8601. */
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  /** The head's current release when this one began. */
  readonly previous: string | undefined;
  /** By service: what ran before this release; null where the service was not there yet. */
  readonly before: Readonly<Record<string, ServiceBefore | null>>;
};

export type ServiceBefore = {
  /** Name of the ECS service. */
  readonly service: string;
  /** Id of its PRIMARY deployment. */
  readonly deploymentId: string;
  readonly taskDefinition: string;
  /** What a failed release goes back to; undefined when nothing there was ever good. */
  readonly goesBackTo: string | undefined;
};

export type ReleasedService = {
  /** Name of the ECS service. */
  readonly service: string;
  readonly repository: string;
  readonly digest: string;
  readonly taskDefinition: string;
  /** Names of the derived secrets that its definition refers to: a rotation refreshes them as long as one may go back. */
  readonly derived?: readonly string[];
};

/** `left`: ECS finishes what was begun; `going-back`: it was told to take everything back. Nobody has waited for the end. */
export type Cancelled = 'left' | 'going-back';

/** What a later part of a record adds. */
export type ReleasePart = {
  readonly services?: Readonly<Record<string, ReleasedService>>;
  readonly verdict?: Verdict;
  readonly reason?: string;
  readonly cancelled?: Cancelled;
  readonly fingerprint?: string;
};

/**
 * `migrations/<service>/<ordinal>-<16 hex>`: every attempt at one migration of one image with one configuration, the
 * hex digits standing for both. Changed under the lock, before and after each RunTask.
 */
export type MigrationRecord = Entry & {
  /** Oldest first, at most ten. */
  readonly attempts: readonly MigrationAttempt[];
};

export type MigrationAttempt = {
  readonly number: number;
  /** RunTask's client token: the same token means the same task for about a day. */
  readonly token: string;
  readonly taskDefinition: string;
  /** Of the image that migrates, by which a release refers to it. Undefined in what an earlier version wrote, which stays. */
  readonly digest?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly run: RunName;
  /** Undefined: RunTask's answer was never written down. */
  readonly taskArn?: string;
  /** Undefined while it runs, or when nobody saw its end. */
  readonly outcome?: MigrationEnd;
  readonly exitCode?: number;
};

/** `not-started`: no container ever ran. `given-up` and `assumed`: nobody saw the end, and a person decided. */
export type MigrationEnd = 'succeeded' | 'failed' | 'not-started' | 'given-up' | 'assumed';
