import { StopServiceDeploymentCommand } from '@aws-sdk/client-ecs';
import { ecs } from './ecs-client.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/**
 * Asks ECS to take a rollout back by itself, which keeps the old tasks that are still there. `over`: it has ended or is
 * being taken back already, perhaps by this very call whose first answer was lost. ECS may still find nothing to go
 * back to: only the service's PRIMARY deployment tells.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
 */
export async function stopServiceDeployment(aws: Aws, serviceDeploymentArn: string): Promise<'stopping' | 'over'> {
  try {
    await aws.send(ecs(aws), new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
    return 'stopping';
  } catch (error) {
    if (isNamed(error, 'ConflictException', 'ServiceDeploymentNotFoundException')) return 'over';
    throw error;
  }
}
