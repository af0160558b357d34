import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../lib/core/errors.ts';
import { requestIdToken } from '../lib/github/id-token.ts';
import { type Variables, readInputs } from '../lib/github/inputs.ts';
import { type Job, readJob } from '../lib/github/job.ts';
import { harmlessLines } from '../lib/github/log-lines.ts';
import { maskedForms } from '../lib/github/masking.ts';
import { checkOutputName } from '../lib/github/outputs.ts';
import type { Step } from '../lib/github/step.ts';
import { newSummary } from '../lib/github/summary.ts';

export type StepSetting = {
  /** By input name. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** GITHUB_* variables that differ from those of an ordinary push to main. */
  readonly variables?: Variables;
  readonly workspace?: string;
  /** Values of the main step, when a post step is rehearsed. */
  readonly state?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The OIDC token by audience; refused when absent, as in a job without `id-token: write`. */
  readonly idToken?: (audience: string) => Promise<string>;
};

/** A step without a runner: what an action says to GitHub is kept to be looked at. */
export type RehearsedStep = Step & {
  readonly said: {
    readonly outputs: Record<string, string>;
    readonly state: Record<string, string>;
    readonly log: string[];
    readonly warnings: string[];
    /** In every form. */
    readonly masks: Set<string>;
  };
};

/** One commit of one repository, pushed to main. */
export const pushToMain: Variables = {
  GITHUB_REPOSITORY: 'smartboard/smartboard',
  GITHUB_SHA: '4f2a9c1b7e3d5f60718293a4b5c6d7e8f9012345',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_ACTOR: 'dora',
  GITHUB_RUN_ID: '1001',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_SERVER_URL: 'https://github.com',
};

export function rehearseStep(name: string, setting: StepSetting = {}): RehearsedStep {
  const said: RehearsedStep['said'] = {
    outputs: {},
    state: { ...setting.state },
    log: [],
    warnings: [],
    masks: new Set(),
  };
  const job: Job = readJob({ ...pushToMain, ...setting.variables });
  let temporary: string | undefined;
  return {
    said,
    name,
    job,
    inputs: readInputs(inputVariables(setting.inputs ?? {})),
    outputs: { set: (output, value) => void (said.outputs[checkOutputName(output)] = value) },
    log: {
      info: (text) => void said.log.push(...harmlessLines(text)),
      warn: (text) => void said.warnings.push(text),
      group(title, work) {
        said.log.push(title);
        return work();
      },
    },
    mask: (value) => maskedForms(value).forEach((form) => said.masks.add(form)),
    summary: newSummary(),
    state: { save: (key, value) => void (said.state[key] = value), get: (key) => said.state[key] },
    idToken: setting.idToken ?? noIdToken,
    signal: setting.signal ?? new AbortController().signal,
    workspace: setting.workspace ?? process.cwd(),
    get temporaryDirectory() {
      return (temporary ??= mkdtempSync(join(tmpdir(), `slipway-${name}-`)));
    },
  };
}

function inputVariables(inputs: Readonly<Record<string, string>>): Variables {
  return Object.fromEntries(Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]));
}

const noIdToken = (audience: string) => requestIdToken(audience, {});

/** What an action threw, as expected trouble; a bug is thrown on. */
export async function troubleOf(work: Promise<unknown>): Promise<ActionError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error('expected trouble, and there was none');
}
