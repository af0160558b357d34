import { setOutput } from '@actions/core';

/** The step's outputs, declared by name in action.yml. */
export type Outputs = { set(name: string, value: string): void };

export const outputs: Outputs = {
  set(name, value) {
    setOutput(checkOutputName(name), value);
  },
};

/** The toolkit does not look at names: one with a line end in it would become two entries for the runner. */
export function checkOutputName(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name))
    throw new TypeError('an output is named with lower-case letters, digits and hyphens');
  return name;
}
