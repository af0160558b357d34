import type { MigrationRecord } from '../../core/ledger.ts';
import { migrationsPath, releasesPath, type Whereabouts } from '../../core/names.ts';
import type { Aws } from '../session.ts';
import { deleteParameters, getParametersByPath, type Parameter } from '../ssm.ts';
import { isMigrationRecord } from './migrations.ts';

/** How many of the newest are kept of each migration of a service, as of releases. */
const keptMigrations = 20;

/**
 * Deletes what is known of migrations that have ended, that nobody has asked for in a long time, and whose image no
 * record of a release names. What has not ended, or cannot be read, stays. Each goes by itself: whoever is killed here has
 * deleted nothing that another one needs.
 */
export async function pruneMigrations(aws: Aws, where: Whereabouts): Promise<void> {
  const path = migrationsPath(where);
  const old = oldOnes([...(await getParametersByPath(aws, path)).values()]);
  const ended = old.flatMap((parameter) => {
    const digest = digestOfEnded(parameter);
    return digest === undefined ? [] : [{ name: parameter.name, digest }];
  });
  if (ended.length === 0) return;
  const records = [...(await getParametersByPath(aws, releasesPath(where))).values()];
  // As text: a record that another version has written names its images too.
  const isNamed = (digest: string) => records.some(({ value }) => value.includes(digest));
  await deleteParameters(
    aws,
    ended.filter(({ digest }) => !isNamed(digest)).map(({ name }) => name),
  );
}

/** Of each migration, by SSM's clock. */
function oldOnes(parameters: readonly Parameter[]): readonly Parameter[] {
  const migrations = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const migration = parameter.name.slice(0, parameter.name.lastIndexOf('-'));
    migrations.set(migration, [...(migrations.get(migration) ?? []), parameter]);
  }
  return [...migrations.values()].flatMap((all) =>
    all.toSorted((one, other) => other.modifiedAt - one.modifiedAt).slice(keptMigrations),
  );
}

/** Undefined where it has not ended, is not the newest entry that counts, or does not say of which image it is. */
function digestOfEnded({ value, version }: Parameter): string | undefined {
  const record = parse(value);
  const last = record?.after === version - 1 ? record.attempts.at(-1) : undefined;
  return last?.outcome === undefined ? undefined : last.digest;
}

function parse(text: string): MigrationRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMigrationRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
