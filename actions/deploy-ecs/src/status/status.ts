import type { Step } from '../../../../lib/github/step.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import type { StatusInputs } from '../inputs.ts';
import { adoptCancelled } from './adopt.ts';
import { observeStanding } from './observe.ts';
import { reportStatus, writeStatus } from './report.ts';
import { describeStatus, summariseStatus } from './words.ts';

/** Says what runs where, held against the ledger; and tells the ledger how a release ended that nobody waited for. */
export async function showStatus(
  { common: { dryRun } }: StatusInputs,
  step: Step,
  environment: StandingEnvironment,
): Promise<void> {
  const { where, aws } = environment;
  const found = await observeStanding(environment, step.log);
  const adopted = dryRun ? undefined : await adoptCancelled(found, step, environment);
  if (adopted !== undefined) {
    const { release, verdict } = adopted;
    step.log.info(`${release.id} was cancelled and has ended meanwhile: ${verdict}. The ledger knows it now.`);
  }
  const standing = adopted === undefined ? found : await observeStanding(environment, step.log);
  const report = reportStatus(standing, { where, step, now: aws.clock.now() });
  step.log.info(describeStatus(report));
  step.summary.add(summariseStatus(report));
  await writeStatus(step, report);
}
