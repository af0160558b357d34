import type { ErrorCode } from './errors.ts';

/** What the infra command writes for who started it (`--report`): how it ended, and what people want to see of it. */
export type InfraReport = {
  readonly outcome: InfraOutcome;
  readonly stacks: readonly StackReport[];
  /** What holds data and would be, or was, deleted or replaced, a sentence each. */
  readonly losses: readonly string[];
  /** What someone gives as `--approve` to let exactly these losses pass; undefined without any. */
  readonly approval: string | undefined;
  /** Remarks for people. */
  readonly notes: readonly string[];
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly remedy: string } | undefined;
};

export type InfraOutcome = 'failed' | 'refused' | 'synthesised' | 'compared' | 'deployed' | 'destroyed' | 'checked';

export type StackReport = {
  readonly name: string;
  /** Resources. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** The difference as text of many lines; empty without one. */
  readonly difference: string;
};

/** Whether a value is a report, as far as is needed to read it. */
export function isInfraReport(value: unknown): value is InfraReport {
  if (typeof value !== 'object' || value === null) return false;
  return 'outcome' in value && 'stacks' in value && Array.isArray(value.stacks) && 'losses' in value;
}
