import { ActionError } from '../../../lib/core/errors.ts';
import type { Images } from '../../../lib/core/release.ts';
import {
  type CommonInputs,
  type KnockInputs,
  readCommonInputs,
  readKnockInputs,
} from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import { readImages } from '../../../lib/world/handed-on.ts';

export type RunMigrationsInputs = CommonInputs &
  KnockInputs & {
    readonly images: Images;
    /** Path of the file that config-env wrote. */
    readonly config: string;
    /** Empty: all services. */
    readonly services: readonly string[];
    /** Instead of the manifest's. */
    readonly command: readonly string[] | undefined;
    readonly phase: 'expand' | 'contract';
    /** Instead of the manifest's. */
    readonly timeoutMinutes: number | undefined;
    /** Side by side: for schemas that know nothing of each other. */
    readonly parallel: boolean;
    /** Leave out what the ledger knows to have run from the same image with the same configuration. */
    readonly skipIfApplied: boolean;
    readonly stopOnTimeout: boolean;
    readonly onLostTask: OnLostTask;
    /** How many of the last lines go into the summary when a migration fails. */
    readonly logTail: number;
  };

/** What is done about a task whose end nobody saw. */
export type OnLostTask = 'fail' | 'run-again' | 'applied';

const longestTimeoutMinutes = 360;

export function readRunMigrationsInputs(inputs: Inputs): RunMigrationsInputs {
  return {
    ...readCommonInputs(inputs),
    ...readKnockInputs(inputs),
    images: readImages(inputs),
    config: inputs.text('config'),
    services: inputs.list('services'),
    command: readCommand(inputs.optional('command')),
    phase: readPhase(inputs.optional('phase') ?? 'expand'),
    timeoutMinutes: readTimeout(inputs),
    parallel: inputs.boolean('parallel', false),
    skipIfApplied: inputs.boolean('skip-if-applied', true),
    stopOnTimeout: inputs.boolean('stop-on-timeout', false),
    onLostTask: readOnLostTask(inputs.optional('on-lost-task') ?? 'fail'),
    logTail: inputs.integer('log-tail', { min: 1, max: 1000, otherwise: 50 }),
  };
}

function readTimeout(inputs: Inputs): number | undefined {
  if (inputs.optional('timeout-minutes') === undefined) return undefined;
  return inputs.integer('timeout-minutes', { min: 1, max: longestTimeoutMinutes });
}

function readOnLostTask(policy: string): OnLostTask {
  if (policy === 'fail' || policy === 'run-again' || policy === 'applied') return policy;
  throw malformed('on-lost-task', 'must be fail, run-again or applied');
}

function readPhase(phase: string): 'expand' | 'contract' {
  if (phase === 'expand' || phase === 'contract') return phase;
  throw malformed('phase', 'must be expand or contract');
}

/** A list of program and arguments. A line for a shell is refused: how it would be cut up is anybody's guess. */
function readCommand(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  if (!/^[[{\d]/.test(text)) {
    throw new ActionError('E_POLICY', 'The input `command` is a line for a shell.', {
      remedy: 'Write a JSON list of program and arguments: ["node", "migrate.js"].',
      place: 'command',
    });
  }
  const command = parse(text);
  const isList = Array.isArray(command) && command.length > 0 && command.every((part) => typeof part === 'string');
  if (!isList) throw malformed('command', 'must be a JSON list of texts, with at least one in it');
  if (command[0] === '') throw malformed('command', 'names no program');
  if (command.some((part) => part.includes('\0'))) throw malformed('command', 'holds a NUL character');
  return command;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('command', 'must be JSON');
  }
}
