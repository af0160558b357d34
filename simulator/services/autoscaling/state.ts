import type { Cloud } from '../../cloud.ts';
import type { Random } from '../../random.ts';

/** What Application Auto Scaling knows, of ECS services alone. */
export type Autoscaling = {
  readonly cloud: Cloud;
  readonly random: Random;
  readonly settings: AutoscalingSettings;
  /** By resource id, `service/<cluster>/<service>`: ECS services have one dimension. */
  readonly targets: Map<string, ScalableTarget>;
};

export type AutoscalingSettings = {
  /** Seconds from a registration, or a metric, to the new desired count. */
  reactionSeconds: number;
  /** Whether the account has the service-linked role; the first registration makes it, if the caller may. */
  serviceLinkedRole: boolean;
};

export type ScalableTarget = {
  readonly arn: string;
  readonly resourceId: string;
  readonly createdAt: number;
  minimum: number;
  maximum: number;
  suspended: SuspendedState;
  tags: Readonly<Record<string, string>>;
  /** By name. */
  readonly policies: Map<string, ScalingPolicy>;
};

export type SuspendedState = {
  readonly DynamicScalingInSuspended: boolean;
  readonly DynamicScalingOutSuspended: boolean;
  readonly ScheduledScalingSuspended: boolean;
};

export type ScalingPolicy = {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly configuration: object;
  readonly alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
};

export const serviceNamespace = 'ecs';
export const scalableDimension = 'ecs:service:DesiredCount';

/** The ECS service behind `service/<cluster>/<service>`. */
export function scalableOf({ cloud }: Autoscaling, resourceId: string) {
  const [, cluster = '', service = ''] = resourceId.split('/');
  return cloud.ecs.scalable(cluster, service);
}

/** What IAM is asked about: the target, or any one while there is none. */
export function targetArns({ cloud, targets }: Autoscaling) {
  const any = `arn:aws:application-autoscaling:${cloud.region}:${cloud.account}:scalable-target/*`;
  return ({ ResourceId }: { readonly ResourceId: string }): [string] => [targets.get(ResourceId)?.arn ?? any];
}

/** What every request about an ECS service's target says of itself. */
export const targetConditions = {
  'application-autoscaling:scalable-dimension': scalableDimension,
  'application-autoscaling:service-namespace': serviceNamespace,
} as const;
