import type { Verdict } from '../../lib/core/release.ts';
import type { Repository } from '../repository.ts';

const stepNames = ['build-push', 'config-env', 'run-migrations', 'deploy-ecs'] as const;
export type StepName = (typeof stepNames)[number];

/** What `npm start` plays: releases in order; the last is the one under test, the others set the stage. */
export type Scenario = {
  /** What happens and how it should end, in a sentence. */
  readonly says: string;
  /** Names of secrets that infra forgot. */
  readonly missingSecrets?: readonly string[];
  readonly releases: readonly [ReleasePlan, ...ReleasePlan[]];
  readonly expected: { readonly verdict: Verdict; readonly failedAt?: StepName };
};

export type ReleasePlan = {
  readonly title: string;
  readonly operation: 'deploy' | 'rollback';
  /** What the developer changed since the last release. */
  readonly edit?: (repository: Repository) => Promise<void>;
  /** Faults of AWS while this release runs. */
  readonly faults?: readonly unknown[];
};
