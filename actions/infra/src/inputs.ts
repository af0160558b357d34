import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';

export type InfraInputs = CommonInputs & {
  readonly command: 'look' | 'apply';
  /** `provision` makes it as the manifest says; `drift` only compares what stands with what was deployed. */
  readonly operation: 'provision' | 'drift';
  readonly part: 'registry' | 'rest' | 'all';
  /** The folder in which Slipway lies: as it was downloaded to look, with the app installed to apply. */
  readonly suite: string;
  /** The code of a list of losses that someone has read. */
  readonly approval: string | undefined;
  /** What holds data and may go. */
  readonly allowedRemovals: readonly string[];
};

export function readInfraInputs(inputs: Inputs): InfraInputs {
  return {
    ...readCommonInputs(inputs),
    command: oneOf(inputs, 'command', ['look', 'apply']),
    operation: oneOf(inputs, 'operation', ['provision', 'drift']),
    part: oneOf(inputs, 'part', ['rest', 'registry', 'all']),
    suite: inputs.text('suite'),
    approval: readApproval(inputs),
    allowedRemovals: inputs.list('allow-removal').map(checkRemoval),
  };
}

/** The first one when none was given. */
function oneOf<const Choice extends string>(inputs: Inputs, name: string, choices: readonly [Choice, ...Choice[]]) {
  const given = inputs.optional(name) ?? choices[0];
  const chosen = choices.find((choice) => choice === given);
  if (chosen === undefined) throw malformed(name, `must be one of ${choices.join(', ')}`);
  return chosen;
}

function readApproval(inputs: Inputs): string | undefined {
  const code = inputs.optional('approve');
  if (code === undefined || /^[0-9a-f]{8}$/.test(code)) return code;
  throw malformed('approve', 'must be the code of eight characters that was shown with a list of losses');
}

function checkRemoval(name: string): string {
  if (/^(?:(?:services|storage)\.)?[a-z][a-z0-9-]{0,31}$/.test(name)) return name;
  throw malformed('allow-removal', 'must name what may go, such as services.web, storage.files, database or cache');
}
