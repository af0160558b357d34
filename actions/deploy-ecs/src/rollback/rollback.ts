import { requireAccount } from '../../../../lib/aws/identity.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { readAllReleases } from '../../../../lib/aws/ledger/records.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { StandingEnvironment } from '../../../../lib/world/open-environment.ts';
import type { RollbackInputs } from '../inputs.ts';
import { carryOut } from './carry-out.ts';
import { type Choice, chooseRollback, type Ledger } from './choose.ts';
import { findRunningMigrations } from './migrations.ts';
import { refuseObstacles } from './obstacles.ts';
import { laterServices, migrating, observeServices, planRollback } from './plan.ts';
import { refused } from './refused.ts';
import { readRestoration } from './restorable.ts';
import { describeRollback } from './words.ts';

/**
 * Brings a good release back from the ledger alone: no build, no configuration, no infra, no GitHub, and no manifest
 * where there is none. Nothing is written before every obstacle has been looked for.
 */
export async function rollBack(inputs: RollbackInputs, step: Step, environment: StandingEnvironment): Promise<void> {
  const { where, aws, identity } = environment;
  const startedAt = aws.clock.now();
  const [head, records] = await Promise.all([readHead(aws, where), readAllReleases(aws, where)]);
  const ledger: Ledger = { head, records };
  const choice = await refused(step, () => chooseRollback(ledger, inputs));
  const { target } = choice;
  requireAccount(identity, target.account, 'ledger');
  requireRegion(aws.region, target);

  const later = laterServices(target, laterRecords(ledger, choice));
  const [restoration, migrations] = await Promise.all([
    readRestoration(aws, target),
    findRunningMigrations(aws, where, migrating(target, later)),
  ]);
  const { services } = restoration;
  const known = new Map(services.map(({ recorded }) => [recorded.arn, recorded]));
  const observed = await observeServices(aws, target.cluster, { restorable: services, known });
  const { plans, absent } = planRollback(services, observed);
  step.log.info(describeRollback({ ...choice, plans, later }));
  const forced = await refused(step, () =>
    refuseObstacles(
      { gone: restoration.findings, forcible: [...restoration.vulnerable, ...migrations, ...absent] },
      { force: inputs.force, log: step.log },
    ),
  );
  if (restoration.unscanned.length > 0)
    step.log.warn(
      `Whether these images have known vulnerabilities could not be read: ${restoration.unscanned.join(', ')}.`,
    );
  if (inputs.planOnly) return;

  await carryOut({
    inputs,
    step,
    environment,
    ledger,
    choice,
    services,
    definitions: observed.definitions,
    later,
    forced,
    startedAt,
  });
}

function requireRegion(region: string, target: ReleaseRecord): void {
  if (target.region === region) return;
  throw new ActionError('E_SCOPE', `The release was made in ${target.region}, and this session is in ${region}.`, {
    remedy: "Give the release's region in `aws-region`, or correct `region` in the manifest.",
    place: 'aws-region',
  });
}

/** What stands there now, as far as the ledger knows: the head's current release and the one that is left. */
function laterRecords({ head, records }: Ledger, { from }: Choice): readonly ReleaseRecord[] {
  return records.filter(({ id }) => id === from || id === head?.current);
}
