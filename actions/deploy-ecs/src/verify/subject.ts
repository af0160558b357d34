import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { WantedService } from '../deploy/wanted.ts';

/** One service of the release, as far as it is verified; a `ServicePlan` is one. */
export type ServiceSubject = {
  readonly name: string;
  /** With the definition that will be registered. */
  readonly wanted: WantedService;
  /** As ECS shows it now; undefined for one that will be created. */
  readonly before: ObservedService | undefined;
  /** Made by releases of this environment, or about to be: its network and load balancer come from the contract. */
  readonly isOwn: boolean;
};

/** Whether its tasks are registered where infra says already. */
export function usesRegistry({ wanted: { infra }, before }: ServiceSubject): boolean {
  return infra.registry !== undefined && before?.settings.registries.includes(infra.registry) === true;
}
