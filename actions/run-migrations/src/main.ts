import type { Step } from '../../../lib/github/step.ts';
import { checkBranch } from '../../../lib/world/branch-policy.ts';
import { type Surroundings, realSurroundings } from '../../../lib/world/surroundings.ts';
import type { ApplyWorld } from './apply.ts';
import { applyAll } from './apply-all.ts';
import { readRunMigrationsInputs } from './inputs.ts';
import { forgetOldMigrations } from './forget.ts';
import { admit, confirm } from './gate.ts';
import { observe } from './observe.ts';
import { planMigrations } from './plan.ts';
import { preflight } from './preflight.ts';
import { describePlan, summarise, tasksOutput } from './report.ts';
import { underLock } from './under-lock.ts';

/** Runs every migration of the phase as an ECS task, one after the other; the first that fails ends the step. */
export async function runMigrations(step: Step, surroundings: Surroundings = realSurroundings): Promise<void> {
  const inputs = readRunMigrationsInputs(step.inputs);
  const { manifest, aws, services, config, contract } = await observe(inputs, step, surroundings);
  if (!inputs.dryRun) checkBranch(step.job, manifest.environment);
  const plans = planMigrations(services, { manifest, contract, config, inputs });
  step.log.info(describePlan(plans));
  if (plans.length === 0) return step.outputs.set('tasks', '{}');
  await preflight(plans, { aws, manifest, contract, step });
  if (inputs.dryRun) return step.summary.add(summarise(plans, []));

  const { name: environment, account, region } = manifest.environment;
  const where = { application: manifest.application, environment };
  const { phase, reason, force, githubToken } = inputs;
  const asking = { where, phase, plans, visitor: { job: step.job, environment, reason, force, githubToken } };
  const admission = await admit(aws, asking);
  const place = { where, account, region };
  await underLock(aws, { step, place, isLastStep: phase === 'contract' }, async (lease, run) => {
    await confirm(lease.aws, admission, asking);
    const { skipIfApplied, onLostTask, logTail, stopOnTimeout } = inputs;
    const wishes = { skipIfApplied, onLostTask, logTail, stopOnTimeout };
    const heartbeat = () => lease.heartbeat();
    const world: ApplyWorld = { step, aws: lease.aws, contract, environment, where, run, heartbeat, ...wishes };
    await applyAll(plans, { world, parallel: inputs.parallel }, (outcomes) => {
      step.outputs.set('tasks', tasksOutput(outcomes));
      step.summary.add(summarise(plans, outcomes));
    });
    await forgetOldMigrations(lease.aws, where, step);
  });
}
