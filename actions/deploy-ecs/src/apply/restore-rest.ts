import { describeServices } from '../../../../lib/aws/ecs-services.ts';
import { compareSettings } from '../../../../lib/aws/service-settings.ts';
import { mergeSettings } from './start.ts';
import { isTrouble } from './trouble.ts';
import type { Undone, UndoWorld } from './undone.ts';
import { updateOnce } from './update-once.ts';

/**
 * ECS's own going back restores the revision, network and load balancer of a service; count, capacity and grace, which
 * belong to no revision, stay as the release has set them. They are put back here; none of them starts a deployment.
 */
export async function restoreRest(undone: readonly Undone[], world: UndoWorld): Promise<void> {
  const { aws, cluster, log, signal } = world;
  const changed = undone.filter(({ plan, isBack }) => isBack && (plan.settings.length > 0 || plan.count !== undefined));
  if (changed.length === 0) return;
  const names = changed.map(({ plan }) => plan.ecsName);
  const services = await describeServices(aws, cluster, names);
  for (const { plan } of changed) {
    const now = services.get(plan.ecsName);
    if (now === undefined || plan.before === undefined || plan.goesBackTo === undefined) continue;
    const { desired } = plan.before;
    const rest = compareSettings(now.settings, plan.before.settings).filter(({ what }) => beyondRevisions.has(what));
    const count = plan.count !== undefined && now.desired !== desired ? { desiredCount: desired } : {};
    if (rest.length === 0 && !('desiredCount' in count)) continue;
    try {
      await updateOnce(now, { cluster, service: plan.ecsName, ...mergeSettings(rest), ...count }, world);
    } catch (error) {
      if (!isTrouble(error, signal)) throw error;
      log.warn(`${plan.name} is back on its revision, but not on its former settings: ${error.message}`);
    }
  }
}

const beyondRevisions = new Set(['capacity', 'health check grace']);
