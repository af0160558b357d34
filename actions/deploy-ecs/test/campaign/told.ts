import type { Images } from '../../../../lib/core/release.ts';
import type { Stage, StepRun } from '../../../../rehearsal/test/stage/stage.ts';

export type Truths = ReturnType<Stage['cloud']['ecs']['truth']>;

/** What a job said in the end, and what it is held against. */
export type Told = {
  readonly run: StepRun;
  readonly runId: string;
  readonly attempts: number;
  /** How often its post step was told to take back what it had begun. */
  readonly undos?: number;
  /** What ran before the job's first attempt. */
  readonly before: Truths;
  /** Of a release. */
  readonly images: Images | undefined;
  /** `anything`: others have had a hand in it; what is said must still be true. */
  readonly expected: 'good' | 'bad' | 'anything';
  /** Tasks may have come and gone since the run has looked: fate was at work. */
  readonly isRestless?: boolean;
};
