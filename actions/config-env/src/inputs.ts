import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import type { Inputs } from '../../../lib/github/inputs.ts';

export type ConfigEnvInputs = CommonInputs & {
  /** Empty: all services. */
  readonly services: readonly string[];
  /** Read secrets that have a minimum length or a JSON key, and check what is in them. */
  readonly checkValues: boolean;
  /** Parameters that are no SecureString become literals of the task definition. */
  readonly inlineParameters: boolean;
};

export function readConfigEnvInputs(inputs: Inputs): ConfigEnvInputs {
  return {
    ...readCommonInputs(inputs),
    services: inputs.list('services'),
    checkValues: inputs.boolean('check-values', true),
    inlineParameters: inputs.boolean('inline-parameters', false),
  };
}
