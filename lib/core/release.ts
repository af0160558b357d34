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
  /** Undefined where no release was meant to begin: verify, plan. */
  readonly verdict: Verdict | undefined;
  /** One sentence; undefined when all went well. */
  readonly reason: string | undefined;
  /** The command that goes on from here; undefined when nothing is left to do. */
  readonly next?: string;
  readonly region: string;
  readonly cluster: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What was meant to happen; undefined where the release was refused before there was a plan. */
  readonly plan?: PlanReport;
  /** The parts of the work, in order. */
  readonly phases: readonly PhaseReport[];
  readonly services: readonly ServiceReport[];
};

export type ServiceReport = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly service: string;
  readonly change: Change;
  readonly outcome: 'deployed' | 'unchanged' | 'undone' | 'failed' | 'not-started' | 'unknown';
  /** Of the image in the revision that runs at the end. */
  readonly digest: string;
  /** ARN of the revision that ran before; undefined where the service was not there yet. */
  readonly before?: string;
  /** ARN of the revision that runs at the end. */
  readonly taskDefinition: string;
  /** ARN of the revision that was to run. */
  readonly wanted?: string;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
  /** When its rollout began, in seconds after the release did; undefined when it never began. */
  readonly beganAfter?: number;
  readonly seconds: number;
  readonly logGroup?: string;
  /** Why it failed: events, stopped reasons, exit codes, last log lines. */
  readonly explanation: readonly string[];
};

/** `restart`: the same definition, started anew. */
export type Change = 'create' | 'update' | 'restart' | 'unchanged';

export type PlanReport = {
  readonly willChange: boolean;
  /** Services side by side; a wave begins when the one before is good. */
  readonly waves: readonly (readonly PlannedService[])[];
  /** Services of ours that the release leaves alone. */
  readonly untouched: readonly UntouchedService[];
};

export type PlannedService = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly service: string;
  readonly change: Change;
  readonly digest: string;
  /** In words without values of variables. */
  readonly changes: readonly { readonly what: string; readonly from: string; readonly to: string }[];
};

export type UntouchedService = {
  /** Name of the ECS service. */
  readonly service: string;
  readonly why: 'not chosen' | 'not in the manifest' | 'not in the manifest, to be deleted';
};

export type PhaseReport = { readonly name: string; readonly beganAfter: number; readonly seconds: number };
