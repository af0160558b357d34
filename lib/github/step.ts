import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { error as annotateError, exportVariable, getState, saveState, setSecret } from '@actions/core';
import { MixedState } from '../core/errors.ts';
import type { Log } from '../core/world.ts';
import { annotationFor } from './annotation.ts';
import { cancellation } from './cancellation.ts';
import { requestIdToken } from './id-token.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { type Job, readJob } from './job.ts';
import { jobLog } from './log.ts';
import { maskedForms } from './masking.ts';
import { type Outputs, outputs } from './outputs.ts';
import { type Summary, newSummary } from './summary.ts';

/** All that GitHub gives to an action, and all that an action tells GitHub. */
export type Step = {
  /** Of the action, e.g. `build-push`. */
  readonly name: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly log: Log;
  /** Hides a secret, in every form it may be written in, from whatever is logged from now on. */
  readonly mask: (value: string) => void;
  readonly summary: Summary;
  readonly state: State;
  /** Variables of the job's later steps. Names are checked by whoever sets them. */
  readonly jobEnvironment: { set(name: string, value: string): void };
  readonly job: Job;
  /** A new OIDC token; E_SCOPE when the job may not have one. */
  readonly idToken: (audience: string) => Promise<string>;
  /** Aborted with an ActionError when the job is cancelled: four seconds are left then, and one after SIGTERM. */
  readonly signal: AbortSignal;
  /** Made on first use, readable by this user only; it lives as long as the job. */
  readonly temporaryDirectory: string;
  /** The checkout: paths in the manifest are relative to it. */
  readonly workspace: string;
};

/** Survives until the action's post step; written at once, so that a killed step leaves it behind. */
export type State = { save(name: string, value: string): void; get(name: string): string | undefined };

type Work = (step: Step) => Promise<void>;

/** What the runner's second call of the action does. */
export type Post = { readonly work: Work; readonly when: 'unless-ended' | 'always' };

/**
 * Runs an action's `main`, or its `post` when the runner calls the same file again at the end of the job (always, or
 * only when `main` did not end by itself). The one place that catches: an error becomes one annotation and exit code 1 (2 when services
 * were left in different states), and the summary is written in any case.
 */
export async function runStep(name: string, main: Work, post?: Post): Promise<void> {
  const summary = newSummary();
  const finish = (error: unknown) => {
    annotate(error, name);
    process.exitCode = error instanceof MixedState ? 2 : 1;
  };
  const cancelling = cancellation(process, (reason) => {
    finish(reason);
    writeSummary(summary);
    process.exit();
  });
  try {
    await chooseWork(main, post)?.(openStep(name, summary, cancelling.signal));
  } catch (error) {
    finish(error);
  } finally {
    cancelling.end();
    if (post !== undefined && !cancelling.signal.aborted) state.save(mainMark, 'ended');
    writeSummary(summary);
  }
}

/**
 * The runner calls the same file twice; what the first call noted down tells the second one that it is the post step,
 * and whether there is anything left to do: a `main` that was cancelled or killed has not said that it ended.
 */
function chooseWork(main: Work, post: Post | undefined): Work | undefined {
  if (post === undefined) return main;
  const noted = state.get(mainMark);
  if (noted === undefined) state.save(mainMark, 'begun');
  if (noted === undefined) return main;
  return noted === 'begun' || post.when === 'always' ? post.work : undefined;
}

const mainMark = 'slipway-main';

const state: State = { save: saveState, get: (name) => getState(name) || undefined };

function openStep(name: string, summary: Summary, signal: AbortSignal): Step {
  let temporary: string | undefined;
  return {
    name,
    inputs: readInputs(process.env),
    outputs,
    log: jobLog((line) => process.stdout.write(line)),
    mask: (value) => maskedForms(value).forEach((form) => setSecret(form)),
    summary,
    state,
    jobEnvironment: { set: exportVariable },
    job: readJob(process.env),
    idToken: requestIdToken,
    signal,
    get temporaryDirectory() {
      return (temporary ??= mkdtempSync(join(process.env['RUNNER_TEMP'] ?? tmpdir(), `slipway-${name}-`)));
    },
    workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
  };
}

function annotate(error: unknown, name: string): void {
  const { message, file, line, column } = annotationFor(error, name);
  annotateError(message, {
    title: name,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  });
}

function writeSummary(summary: Summary): void {
  const file = process.env['GITHUB_STEP_SUMMARY'];
  if (file) appendFileSync(file, summary.toString());
}
