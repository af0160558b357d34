/** A release as people and the ledger speak of it. */

export const verdicts = [
  'succeeded',
  'unchanged',
  'rolled-back',
  'undone',
  'mixed',
  'superseded',
  'refused',
  'timed-out',
  'unknown',
] as const;

/** `rolled-back`: a rollback that succeeded; `undone`: a failed release taken back. */
export type Verdict = (typeof verdicts)[number];

/** Digests by service, as build-push's output `images` says. */
export type Images = Readonly<Record<string, string>>;

/** What deploy-ecs writes to the file its output `report` names. */
export type ReleaseReport = {
  readonly schema: 1;
  readonly release: string;
  readonly operation: string;
  readonly verdict: Verdict;
  /** One sentence; undefined when all went well. */
  readonly reason: string | undefined;
  readonly cluster: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly services: readonly ServiceReport[];
};

export type ServiceReport = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly service: string;
  readonly change: 'create' | 'update' | 'restart' | 'unchanged';
  readonly outcome: 'deployed' | 'unchanged' | 'undone' | 'failed' | 'not-started' | 'unknown';
  readonly digest: string;
  /** ARN of the revision that runs at the end. */
  readonly taskDefinition: string;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
  readonly seconds: number;
  /** Why it failed: events, stopped reasons, exit codes, last log lines. */
  readonly explanation: readonly string[];
};
