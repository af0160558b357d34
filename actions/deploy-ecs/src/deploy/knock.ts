import { knock } from '../../../../lib/world/knock.ts';
import type { Preparation } from './prepare.ts';
import type { View } from './view.ts';

/** Asks whether this deploy may begin where the environment was seen to stand. Throws E_STATE when it may not. */
export function knockAt({ inputs, step: { job }, where }: Preparation, { observed }: View): Promise<void> {
  const { reason, force, githubToken } = inputs;
  return knock(observed.head, { job, environment: where.environment, reason, force, githubToken });
}
