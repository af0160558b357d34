import { listTasks } from '../../../../lib/aws/ecs-tasks.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import type { Finding } from '../../../../lib/core/errors.ts';
import { migrationFamilyName, type Whereabouts } from '../../../../lib/core/names.ts';

/** Migrations that run right now: the release that is brought back may not fit what they are doing to the database. */
export async function findRunningMigrations(
  aws: Aws,
  where: Whereabouts,
  { cluster, services }: { readonly cluster: string; readonly services: readonly string[] },
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    services.map(async (name) => {
      const tasks = await listTasks(aws, cluster, {
        family: migrationFamilyName(where, name),
        desiredStatus: 'RUNNING',
      });
      return tasks.map((task) => running(name, task));
    }),
  );
  return found.flat();
}

function running(place: string, task: string): Finding {
  return {
    code: 'E_STATE',
    message: `Its migration is running: ${task}.`,
    remedy: 'Wait until it has ended; or say `force: true`: the migration then goes on beside the rollback.',
    place,
  };
}
