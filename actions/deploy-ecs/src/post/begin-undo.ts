import { imageDigestOf, describeTaskDefinition } from '../../../../lib/aws/task-definition.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { shortArn, updateOnce } from '../apply/start.ts';
import type { Touched } from './touched.ts';

type UndoWorld = { readonly aws: Aws; readonly cluster: string; readonly step: Pick<Step, 'log' | 'signal'> };

/**
 * Tells ECS to take every touched service back, and does not wait. Answers with what each will run; one that could not
 * be told is said, and left out.
 */
export async function beginUndo(
  touched: readonly Touched[],
  world: UndoWorld,
): Promise<Readonly<Record<string, ReleasedService>>> {
  const told = await Promise.all(touched.map((one) => goBack(one, world)));
  return Object.fromEntries(told.flatMap((one) => (one === undefined ? [] : [one])));
}

async function goBack(touched: Touched, world: UndoWorld): Promise<readonly [string, ReleasedService] | undefined> {
  const { name, observed, released, goesBackTo } = touched;
  const { aws, cluster, step } = world;
  const change = goesBackTo === undefined ? { desiredCount: 0 } : { taskDefinition: goesBackTo };
  try {
    if (observed.taskDefinition !== goesBackTo)
      await updateOnce(observed, { cluster, service: observed.name, ...change }, { aws, ...step });
    step.log.info(
      `${name}: ${goesBackTo === undefined ? 'its desired count is now 0' : `going back to ${shortArn(goesBackTo)}`}`,
    );
    if (goesBackTo === undefined) return undefined;
    const definition = await describeTaskDefinition(aws, goesBackTo);
    const digest = definition === undefined ? '' : imageDigestOf(definition.definition, name);
    const { derived: _derived, ...place } = released;
    return [name, { ...place, digest, taskDefinition: goesBackTo }];
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    step.log.warn(`${name} could not be told to go back: ${error.message}`);
    return undefined;
  }
}
