import { newSummary } from '../../../lib/github/summary.ts';
import { readInputs } from '../../../lib/github/inputs.ts';
import { maskedForms } from '../../../lib/github/masking.ts';
import type { Job } from '../../../lib/github/job.ts';
import type { Step } from '../../../lib/github/step.ts';

/** A step as an action sees it, with all that it says kept for the test. */
export type StagedStep = Step & {
  readonly said: {
    readonly lines: string[];
    readonly warnings: string[];
    readonly masks: Set<string>;
    readonly outputs: Record<string, string>;
    readonly state: Record<string, string>;
    readonly jobEnvironment: Record<string, string>;
  };
};

export type StepWishes = {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly workspace: string;
  readonly temporaryDirectory: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly commit: string;
  readonly signal: AbortSignal;
  /** What is different about the job. */
  readonly job?: Partial<Job>;
  /** What an earlier step of the action has saved. */
  readonly state?: Readonly<Record<string, string>>;
  idToken(audience: string): Promise<string>;
  onLine(line: string): void;
};

export function stagedStep(wishes: StepWishes): StagedStep {
  const variables = Object.entries(wishes.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const said: StagedStep['said'] = {
    lines: [],
    warnings: [],
    masks: new Set(),
    outputs: {},
    state: { ...wishes.state },
    jobEnvironment: {},
  };
  const { name, workspace, temporaryDirectory, runId, runAttempt, commit, signal } = wishes;
  return {
    name,
    said,
    inputs: readInputs(Object.fromEntries(variables) as Record<string, string>),
    outputs: { set: (output, value) => void (said.outputs[output] = value) },
    log: {
      info(text) {
        said.lines.push(...text.split('\n'));
        wishes.onLine(text);
      },
      warn: (text) => void said.warnings.push(text),
      group: (_title, work) => work(),
    },
    mask: (value) => maskedForms(value).forEach((form) => said.masks.add(form)),
    summary: newSummary(),
    state: { save: (key, value) => void (said.state[key] = value), get: (key) => said.state[key] },
    jobEnvironment: { set: (variable, value) => void (said.jobEnvironment[variable] = value) },
    job: {
      repository: 'example/smartboard',
      commit,
      ref: 'refs/heads/main',
      defaultBranch: 'main',
      event: 'push',
      actor: 'octocat',
      runId,
      runNumber: Number(runId),
      runAttempt,
      workflow: '.github/workflows/deploy.yml',
      url: undefined,
      apiUrl: undefined,
      ...wishes.job,
    },
    idToken: (audience) => wishes.idToken(audience),
    signal,
    temporaryDirectory,
    workspace,
  };
}
