import type { ReleaseReport, ServiceReport, Verdict } from '../lib/core/release.ts';
import type { StepName } from './scenarios/scenario.ts';

/** One release as the rehearsal saw it, from the outputs of the actions alone. */
export type ReleaseOutcome = {
  readonly title: string;
  readonly commit: string;
  readonly release: string | undefined;
  /** deploy-ecs's own word; `refused` when an earlier step failed. */
  readonly verdict: Verdict;
  readonly failedAt: StepName | undefined;
  /** The failed step's error annotation. */
  readonly error: string | undefined;
  readonly steps: readonly StepOutcome[];
  /** What build-push did for each service. */
  readonly builds: readonly BuildOutcome[];
  readonly images: Readonly<Record<string, string>>;
  readonly migrations: readonly MigrationOutcome[];
  readonly report: ReleaseReport | undefined;
};

export type StepOutcome = { readonly name: StepName; readonly seconds: number; readonly status: number };
export type BuildOutcome = {
  readonly service: string;
  readonly how: 'built' | 'retagged';
  readonly seconds: number;
  readonly digest: string;
};
export type MigrationOutcome = {
  readonly service: string;
  readonly taskArn: string;
  readonly exitCode: number | undefined;
};

/** What `--report FILE` holds. `setup` are the releases before the one under test. */
export type RehearsalReport = {
  readonly scenario: string;
  readonly driver: string;
  readonly seed: number;
  readonly speed: number;
  readonly verdict: Verdict;
  readonly release: string | undefined;
  readonly failedAt?: StepName;
  readonly error?: string;
  readonly wallSeconds: number;
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  readonly builds: readonly BuildOutcome[];
  readonly services: readonly ReportedService[];
  readonly migrations: readonly MigrationOutcome[];
  readonly calls: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, number>>;
  readonly notSimulated: readonly string[];
  readonly expected: { readonly verdict: Verdict; readonly failedAt?: StepName };
  readonly agrees: boolean;
  readonly differences: readonly string[];
  readonly setup: readonly {
    readonly title: string;
    readonly release: string | undefined;
    readonly verdict: Verdict;
  }[];
};

export type ReportedService = {
  readonly name: string;
  /** What the release did to it; absent when deploy-ecs was not reached. */
  readonly change?: ServiceReport['change'];
  readonly digest: string;
  readonly taskDefinition: string;
  readonly deploymentId: string | undefined;
  readonly rolloutState: string | undefined;
  readonly running: number;
  readonly desired: number;
};
