import { notSimulated } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import type { UpdateServiceInput } from './service-shape.ts';
import type { Deployment, DeploymentController, EcsService } from './state.ts';

/** What UpdateService refuses while something else than ECS deploys the service, and how ECS calls it. */
const foreign: Readonly<Partial<Record<keyof UpdateServiceInput, string>>> = {
  taskDefinition: 'task definition',
  networkConfiguration: 'network parameters',
  loadBalancers: 'load balancers',
  serviceRegistries: 'service registries',
  platformVersion: 'platform version',
};

/** CodeDeploy, or whoever drives task sets, deploys by itself: UpdateService only scales then. */
export function checkController({ controller }: EcsService, input: UpdateServiceInput): void {
  const wanted = input.deploymentController?.type;
  if (wanted !== undefined && wanted !== controller) throw notSimulated('a change of the deployment controller');
  if (controller === 'ECS') return;
  const advice =
    controller === 'CODE_DEPLOY' ? 'Use AWS CodeDeploy to trigger a new deployment.' : 'Use task sets instead.';
  const named = Object.entries(foreign).find(([member]) => input[member as keyof UpdateServiceInput] !== undefined);
  if (named !== undefined)
    throw invalidParameter(
      `Unable to update ${named[1]} on services with a ${controller} deployment controller. ${advice}`,
    );
  if (input.forceNewDeployment)
    throw invalidParameter(
      `Cannot force a new deployment on services with a ${controller} deployment controller. ${advice}`,
    );
}

/** Task sets of EXTERNAL come from calls that the simulator has not. */
export function checkNewController(controller: DeploymentController): void {
  if (controller === 'EXTERNAL') throw notSimulated('the deployment controller EXTERNAL at creation');
}

/** What stands in place of a deployment when ECS does not deploy. */
export function describeTaskSet(
  service: EcsService,
  deployment: Deployment,
  counts: { readonly runningCount: number; readonly pendingCount: number },
) {
  const { definition, network, loadBalancers, registries } = deployment.target;
  const id = deployment.id;
  return {
    id,
    taskSetArn: service.arn.replace(':service/', ':task-set/') + `/${id}`,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    externalId: service.controller === 'CODE_DEPLOY' ? 'd-SIMULATED' : undefined,
    status: deployment.status,
    taskDefinition: definition.arn,
    computedDesiredCount: deployment.desiredCount,
    ...counts,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    networkConfiguration: network,
    loadBalancers,
    serviceRegistries: registries,
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: deployment.rolloutState === 'COMPLETED' ? 'STEADY_STATE' : 'STABILIZING',
  };
}
