import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  type DescribeScalableTargetsCommandOutput,
  DescribeScalingPoliciesCommand,
  type DescribeScalingPoliciesCommandOutput,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { inBatches } from './batches.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** Between how many tasks a service is scaled, and by which policies. */
export type ScalingTarget = {
  readonly min: number;
  readonly max: number;
  /** By name. */
  readonly policies: ReadonlyMap<string, TrackingPolicy>;
};

/** Holds one figure at a value. What is not target tracking has neither metric nor value: it was not made by us. */
export type TrackingPolicy = {
  readonly metric: ScalingMetric | undefined;
  readonly value: number | undefined;
  /** Of requests: `app/<load balancer>/<id>/targetgroup/<target group>/<id>`. */
  readonly resourceLabel: string | undefined;
};

/** Names of Application Auto Scaling's predefined metrics of ECS. */
export type ScalingMetric =
  'ECSServiceAverageCPUUtilization' | 'ECSServiceAverageMemoryUtilization' | 'ALBRequestCountPerTarget';

export type Scaled = { readonly cluster: string; readonly service: string };

const clients = new WeakMap<Aws['configuration'], ApplicationAutoScalingClient>();

function autoscaling(aws: Aws): ApplicationAutoScalingClient {
  const client = clients.get(aws.configuration) ?? new ApplicationAutoScalingClient(aws.configuration);
  clients.set(aws.configuration, client);
  return client;
}

const dimension = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const targetsPerCall = 50;

/** The services that are scaled, by name, with their policies. */
export async function describeScaling(
  aws: Aws,
  cluster: string,
  services: readonly string[],
): Promise<ReadonlyMap<string, ScalingTarget>> {
  const bounds = await Promise.all(
    inBatches(services, targetsPerCall).map((batch) => describeTargets(aws, cluster, batch)),
  );
  const targets = bounds.flat().map(async ({ service, min, max }) => {
    const policies = await describePolicies(aws, { cluster, service });
    return [service, { min, max, policies }] as const;
  });
  return new Map(await Promise.all(targets));
}

/** Sets the bounds. A count outside of them is moved inside by Application Auto Scaling. */
export async function registerScaling(
  aws: Aws,
  scaled: Scaled,
  { min, max }: { min: number; max: number },
): Promise<void> {
  const bounds = { MinCapacity: min, MaxCapacity: max };
  await aws.send(
    autoscaling(aws),
    new RegisterScalableTargetCommand({ ...dimension, ResourceId: resourceId(scaled), ...bounds }),
  );
}

/** Makes the policy of this name, or changes it. */
export async function putTrackingPolicy(
  aws: Aws,
  scaled: Scaled,
  { name, metric, value, resourceLabel }: TrackingPolicy & { name: string; metric: ScalingMetric; value: number },
): Promise<void> {
  await aws.send(
    autoscaling(aws),
    new PutScalingPolicyCommand({
      ...dimension,
      ResourceId: resourceId(scaled),
      PolicyName: name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: value,
        PredefinedMetricSpecification: {
          PredefinedMetricType: metric,
          ...(resourceLabel === undefined ? {} : { ResourceLabel: resourceLabel }),
        },
      },
    }),
  );
}

export async function deleteScalingPolicy(aws: Aws, scaled: Scaled, name: string): Promise<void> {
  await unlessGone(
    aws.send(
      autoscaling(aws),
      new DeleteScalingPolicyCommand({ ...dimension, ResourceId: resourceId(scaled), PolicyName: name }),
    ),
  );
}

/** Ends the scaling of a service; its policies go with it. */
export async function deregisterScaling(aws: Aws, scaled: Scaled): Promise<void> {
  await unlessGone(
    aws.send(autoscaling(aws), new DeregisterScalableTargetCommand({ ...dimension, ResourceId: resourceId(scaled) })),
  );
}

async function describeTargets(
  aws: Aws,
  cluster: string,
  services: readonly string[],
): Promise<readonly { service: string; min: number; max: number }[]> {
  const found: { service: string; min: number; max: number }[] = [];
  const ResourceIds = services.map((service) => resourceId({ cluster, service }));
  let NextToken: string | undefined;
  do {
    const page: DescribeScalableTargetsCommandOutput = await aws.send(
      autoscaling(aws),
      new DescribeScalableTargetsCommand({ ...dimension, ResourceIds, NextToken }),
    );
    for (const { ResourceId = '', MinCapacity = 0, MaxCapacity = 0 } of page.ScalableTargets ?? [])
      found.push({ service: ResourceId.slice(ResourceId.lastIndexOf('/') + 1), min: MinCapacity, max: MaxCapacity });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

async function describePolicies(aws: Aws, scaled: Scaled): Promise<ReadonlyMap<string, TrackingPolicy>> {
  const found = new Map<string, TrackingPolicy>();
  let NextToken: string | undefined;
  do {
    const page: DescribeScalingPoliciesCommandOutput = await aws.send(
      autoscaling(aws),
      new DescribeScalingPoliciesCommand({ ...dimension, ResourceId: resourceId(scaled), NextToken }),
    );
    for (const policy of page.ScalingPolicies ?? []) found.set(policy.PolicyName ?? '', toPolicy(policy));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

function toPolicy({ TargetTrackingScalingPolicyConfiguration: tracking }: ScalingPolicy): TrackingPolicy {
  const metric = tracking?.PredefinedMetricSpecification;
  return {
    metric: metrics.find((known) => known === metric?.PredefinedMetricType),
    value: tracking?.TargetValue,
    resourceLabel: metric?.ResourceLabel,
  };
}

const metrics: readonly ScalingMetric[] = [
  'ECSServiceAverageCPUUtilization',
  'ECSServiceAverageMemoryUtilization',
  'ALBRequestCountPerTarget',
];

function resourceId({ cluster, service }: Scaled): string {
  return `service/${cluster}/${service}`;
}

async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!isNamed(error, 'ObjectNotFoundException')) throw error;
  }
}
