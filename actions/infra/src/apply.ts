import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Aws } from '../../../lib/aws/session.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import { type InfraReport, isInfraReport } from '../../../lib/core/infra-report.ts';
import { withoutSecrets } from '../../../lib/core/redact.ts';
import type { Variables } from '../../../lib/github/inputs.ts';
import type { Step } from '../../../lib/github/step.ts';
import { openSession } from '../../../lib/world/open-session.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import { childVariables } from './child-variables.ts';
import type { InfraInputs } from './inputs.ts';
import { readForInfra } from './look.ts';
import { summariseReport } from './report.ts';

/** A Node program: its arguments, its folder, all that it may know of the job, and what to do with its lines. */
export type Child = {
  readonly args: readonly string[];
  readonly folder: string;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
};

/** Runs it to its end; the exit code, or undefined when a signal ended it. */
export type Start = (child: Child) => Promise<number | undefined>;

/** Has the app do it, in a process of its own that alone is given the role's credentials, and tells what it did. */
export async function apply(inputs: InfraInputs, step: Step, surroundings: Surroundings, start: Start): Promise<void> {
  const manifest = await readForInfra(inputs, step);
  const aws = await openSession(step, inputs, manifest.environment, surroundings);
  const reportFile = join(step.temporaryDirectory, 'infra.json');
  const said: string[] = [];
  const code = await start({
    args: [
      '--import',
      'tsx',
      join(inputs.suite, 'infra', 'cli', 'main.ts'),
      ...commandOf(inputs, step),
      '--report',
      reportFile,
    ],
    folder: inputs.suite,
    variables: childVariables(surroundings.variables, await keysOf(aws, inputs), {
      AWS_REGION: aws.region,
      INIT_CWD: step.workspace,
    }),
    signal: step.signal,
    onLine(line) {
      said.push(line);
      step.log.info(line);
    },
  });
  const report = await readReport(reportFile);
  if (report !== undefined) {
    step.summary.add(summariseReport(manifest, report, lastWords(said)));
    step.outputs.set('report', reportFile);
  }
  if (step.signal.aborted) throw interrupted();
  if (code === 0 && report !== undefined && report.error === undefined) return;
  throw failure(code, report);
}

const mostLastWords = 25;

/** Why CloudFormation took something back stands at the end; a summary is not masked as the log is. */
function lastWords(lines: readonly string[]): string {
  const words = lines.map((line) => stripVTControlCharacters(line)).filter((line) => line.trim() !== '');
  return words.slice(-mostLastWords).map(withoutSecrets).join('\n');
}

function commandOf(inputs: InfraInputs, { job, workspace, temporaryDirectory }: Step): string[] {
  const { operation, dryRun, environment, part, approval, allowedRemovals } = inputs;
  const verb = operation === 'drift' ? 'drift' : dryRun ? 'diff' : 'deploy';
  const optional = approval === undefined ? [] : ['--approve', approval];
  const removals = allowedRemovals.flatMap((name) => ['--allow-removal', name]);
  const paths = ['--manifest', join(workspace, inputs.manifest), '--output', join(temporaryDirectory, 'cdk.out')];
  return [
    verb,
    '--environment',
    environment,
    ...paths,
    '--part',
    part,
    '--commit',
    job.commit,
    ...optional,
    ...removals,
  ];
}

/** Of the role; without one the child finds the job's own credentials as we did. */
async function keysOf({ configuration }: Aws, { role }: InfraInputs): Promise<Variables | undefined> {
  const keys = role === undefined ? undefined : await configuration.credentials?.();
  if (keys === undefined) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** The Node that runs this action; nothing is read from it but lines. */
export const startNode: Start = ({ args, folder, variables, signal, onLine }) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    const stop = () => child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? undefined);
    });
  });

async function readReport(file: string): Promise<InfraReport | undefined> {
  try {
    const report: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isInfraReport(report) ? report : undefined;
  } catch {
    return undefined;
  }
}

function interrupted(): ActionError {
  return new ActionError('E_UNKNOWN', 'The job was cancelled while the infrastructure was being made.', {
    remedy: 'CloudFormation goes on by itself with the stack that it had begun; run the job again when that has ended.',
    place: 'infra',
  });
}

function failure(code: number | undefined, report: InfraReport | undefined): ActionError {
  if (report?.error !== undefined) {
    const { code: kind, message, remedy } = report.error;
    return new ActionError(kind, message, { remedy, place: 'infra' });
  }
  const how = code === undefined ? 'was ended by a signal' : `ended with exit code ${code}`;
  return new ActionError('E_UNKNOWN', `The infrastructure app ${how} and has not said why; its log is above.`, {
    remedy: 'Run the job again; what was made stays.',
    place: 'infra',
  });
}
