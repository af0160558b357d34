import { readAllReleases } from '../../../lib/aws/ledger/records.ts';
import { deleteSecret, type ListedSecret, listSecrets } from '../../../lib/aws/secret-upkeep.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { describeTaskDefinition } from '../../../lib/aws/task-definition.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { ReleasedService } from '../../../lib/core/ledger.ts';
import { derivedSecretPrefix, type Whereabouts } from '../../../lib/core/names.ts';
import { parseValueFrom } from '../../../lib/core/value-from.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { DerivedPlan } from './derived-plan.ts';

/** A release under way has its secrets in no record yet; none takes this long. */
const unusedForMs = 14 * 24 * 3_600_000;

type TidyWorld = { readonly aws: Aws; readonly where: Whereabouts; readonly log: Log };

/**
 * Deletes derived secrets that neither this configuration nor any record of the ledger refers to, and that nobody has
 * read or written for two weeks. Looks only when this run has made one: otherwise there are no more than before. What
 * cannot be tidied is told, and hinders nothing.
 */
export async function tidyDerived(plans: readonly DerivedPlan[], { aws, where, log }: TidyWorld): Promise<void> {
  if (!plans.some(({ action }) => action === 'create')) return;
  try {
    const old = await listOld(aws, where);
    if (old.length === 0) return;
    const records = await readAllReleases(aws, where);
    const released = records.flatMap(({ services }) => Object.values(services));
    const used = new Set([
      ...plans.map(({ secret }) => secret.name),
      ...released.flatMap(({ derived }) => derived ?? []),
      ...(await namedByDefinitions(aws, released)),
    ]);
    for (const { name } of old.filter((secret) => !used.has(secret.name) && !used.has(secret.arn))) {
      await deleteSecret(aws, name);
      log.info(`${name}: no release refers to it any more; deleted, and to be restored for seven days`);
    }
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.warn(`Derived secrets of earlier releases could not be tidied up: ${error.message}`);
  }
}

async function listOld(aws: Aws, where: Whereabouts): Promise<readonly ListedSecret[]> {
  const now = aws.clock.now();
  const all = await listSecrets(aws, derivedSecretPrefix(where));
  return all.filter(({ lastUsedAt = now }) => now - lastUsedAt > unusedForMs);
}

/** Where a record does not say it (a release that was cut off has gone back), the definition does: by complete ARNs. */
async function namedByDefinitions(aws: Aws, released: readonly ReleasedService[]): Promise<readonly string[]> {
  const silent = released.filter(({ derived }) => derived === undefined).map(({ taskDefinition }) => taskDefinition);
  const definitions = await Promise.all([...new Set(silent)].map((arn) => describeTaskDefinition(aws, arn)));
  const secrets = definitions
    .flatMap((found) => found?.definition.containerDefinitions ?? [])
    .flatMap(({ secrets: own }) => own ?? []);
  return secrets.flatMap(({ valueFrom = '' }) => {
    const source = parseValueFrom(valueFrom);
    return source.kind === 'secret' ? [source.id] : [];
  });
}
