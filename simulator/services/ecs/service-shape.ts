import { z } from 'zod';
import { capacityProviderStrategy, networkConfiguration, propagateTags, request, shape, tags } from './shapes.ts';
import {
  alarmsShape,
  bakeTime,
  canaryShape,
  earlySuccessShape,
  lifecycleHook,
  linearShape,
  strategies,
} from './strategy-shape.ts';
import type { EarlySuccess, LifecycleHook, Strategy } from './strategy-shape.ts';

const thresholdConfiguration = z.strictObject({
  type: z.enum(['BOUNDED_PERCENT', 'UNBOUNDED_PERCENT', 'COUNT']),
  value: z.int().min(1),
});
export type Threshold = z.infer<typeof thresholdConfiguration>;

export const deploymentConfiguration = z.strictObject({
  maximumPercent: z.int().min(0).optional(),
  minimumHealthyPercent: z.int().min(0).max(100).optional(),
  strategy: strategies.optional(),
  deploymentCircuitBreaker: z
    .strictObject({
      enable: z.boolean(),
      rollback: z.boolean(),
      resetOnHealthyTask: z.boolean().default(true),
      thresholdConfiguration: thresholdConfiguration.default({ type: 'BOUNDED_PERCENT', value: 50 }),
    })
    .optional(),
  bakeTimeInMinutes: bakeTime.optional(),
  alarms: alarmsShape.optional(),
  lifecycleHooks: z.array(lifecycleHook).optional(),
  earlySuccessCriteria: earlySuccessShape.optional(),
  linearConfiguration: linearShape.optional(),
  canaryConfiguration: canaryShape.optional(),
});
export type DeploymentConfigurationInput = z.infer<typeof deploymentConfiguration>;

/** With the defaults of a REPLICA service filled in. */
export type DeploymentConfiguration = {
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
  readonly deploymentCircuitBreaker: NonNullable<DeploymentConfigurationInput['deploymentCircuitBreaker']>;
  readonly alarms: z.infer<typeof alarmsShape>;
  readonly strategy: Strategy;
  readonly bakeTimeInMinutes: number;
  readonly lifecycleHooks: readonly LifecycleHook[];
  readonly earlySuccessCriteria: EarlySuccess | undefined;
  readonly linearConfiguration: z.infer<typeof linearShape> | undefined;
  readonly canaryConfiguration: z.infer<typeof canaryShape> | undefined;
};

/** Two target groups and the rules in front of them: what traffic is shifted with. */
const advancedConfiguration = z.strictObject({
  alternateTargetGroupArn: z.string(),
  productionListenerRule: z.string(),
  testListenerRule: z.string().optional(),
  roleArn: z.string(),
});

export const loadBalancer = shape(
  {
    targetGroupArn: z.string(),
    containerName: z.string(),
    containerPort: z.int(),
    advancedConfiguration: advancedConfiguration.optional(),
  },
  ['loadBalancerName'],
);
export type LoadBalancer = z.infer<typeof loadBalancer>;

export const serviceRegistry = z.strictObject({
  registryArn: z.string(),
  port: z.int().optional(),
  containerName: z.string().optional(),
  containerPort: z.int().optional(),
});
export type ServiceRegistry = z.infer<typeof serviceRegistry>;

const changeable = {
  cluster: z.string().default('default'),
  desiredCount: z.int().min(0).optional(),
  capacityProviderStrategy: capacityProviderStrategy.optional(),
  deploymentConfiguration: deploymentConfiguration.optional(),
  deploymentController: z.strictObject({ type: z.enum(['ECS', 'CODE_DEPLOY', 'EXTERNAL']) }).optional(),
  networkConfiguration: networkConfiguration.optional(),
  platformVersion: z.string().optional(),
  healthCheckGracePeriodSeconds: z.int().min(0).max(2_147_483_647).optional(),
  enableExecuteCommand: z.boolean().optional(),
  enableECSManagedTags: z.boolean().optional(),
  loadBalancers: z.array(loadBalancer).max(5).optional(),
  serviceRegistries: z.array(serviceRegistry).max(1).optional(),
  propagateTags: propagateTags.optional(),
  availabilityZoneRebalancing: z.enum(['ENABLED', 'DISABLED']).optional(),
};

const notSimulatedChanges = [
  'placementConstraints',
  'placementStrategy',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
];

export const createServiceInput = request(
  {
    ...changeable,
    serviceName: z.string().regex(/^[a-zA-Z0-9_-]{1,255}$/),
    taskDefinition: z.string().min(1),
    clientToken: z.string().max(36).optional(),
    launchType: z.enum(['FARGATE', 'EC2', 'EXTERNAL']).optional(),
    schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).optional(),
    tags,
  },
  [...notSimulatedChanges, 'role'],
);
export type CreateServiceInput = z.infer<typeof createServiceInput>;

export const updateServiceInput = request(
  {
    ...changeable,
    service: z.string().min(1),
    taskDefinition: z.string().min(1).optional(),
    forceNewDeployment: z.boolean().default(false),
  },
  notSimulatedChanges,
);
export type UpdateServiceInput = z.infer<typeof updateServiceInput>;
