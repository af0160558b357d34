import { readContract } from '../../../lib/aws/ssm-contract.ts';
import type { Step } from '../../../lib/github/step.ts';
import { chooseServices } from '../../../lib/world/choose-services.ts';
import { readConfig } from '../../../lib/world/handed-on.ts';
import { openWorld } from '../../../lib/world/open-world.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import { type ApplyWorld, applyMigration, type MigrationOutcome } from './apply.ts';
import { readRunMigrationsInputs } from './inputs.ts';
import { type MigrationPlan, planMigrations } from './plan.ts';
import { describePlan, failureOf, summarise, tasksOutput } from './report.ts';

/** Runs every migration of the phase as an ECS task, one after the other; the first that fails ends the step. */
export async function runMigrations(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readRunMigrationsInputs(step.inputs);
  const { manifest, aws } = await openWorld(step, inputs, surroundings);
  const services = chooseServices(manifest, inputs.services);
  const config = await readConfig(inputs.config, manifest);
  const contract = await readContract(aws, manifest);
  const plans = planMigrations(services, { manifest, contract, config, inputs });
  step.log.info(describePlan(plans));
  if (inputs.dryRun) return step.summary.add(summarise(plans, []));

  const environment = manifest.environment.name;
  await applyInOrder(plans, { step, aws, contract, environment, logTail: inputs.logTail }, (outcomes) => {
    step.outputs.set('tasks', tasksOutput(outcomes));
    step.summary.add(summarise(plans, outcomes));
  });
}

/**
 * One after the other; the next one does not wait for the last log lines of one that went well. `report` is called
 * once, whatever happens, with as much as is known.
 */
async function applyInOrder(
  plans: readonly MigrationPlan[],
  world: ApplyWorld,
  report: (outcomes: readonly MigrationOutcome[]) => void,
): Promise<void> {
  const outcomes: MigrationOutcome[] = [];
  try {
    for (const plan of plans) {
      const outcome = await applyMigration(plan, world);
      outcomes.push(outcome);
      if (outcome.verdict.kind === 'succeeded') continue;
      await outcome.tail;
      throw failureOf(outcome);
    }
  } finally {
    await Promise.all(outcomes.map(({ tail }) => tail));
    report(outcomes);
  }
}
