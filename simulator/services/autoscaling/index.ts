import type { Cloud } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { policyOperations } from './policies.ts';
import { scaleByPolicy } from './scaling.ts';
import type { Autoscaling, AutoscalingSettings } from './state.ts';
import { taggingOperations } from './tagging.ts';
import { existingTarget, targetOperations } from './targets.ts';

/** What the simulator itself may do with the autoscaler: no metric exists, so somebody must say what it would do. */
export type AutoscalingControl = {
  readonly settings: AutoscalingSettings;
  /** A policy of `service/<cluster>/<service>` wants so many tasks, within the bounds of its target. */
  scale(resourceId: string, desiredCount: number): void;
};

/** Application Auto Scaling, for the desired count of ECS services. */
export function createAutoscaling(cloud: Cloud): ServiceModule<AutoscalingControl> {
  const state: Autoscaling = {
    cloud,
    random: cloud.random('autoscaling'),
    settings: { reactionSeconds: 2, serviceLinkedRole: true },
    targets: new Map(),
  };
  return {
    services: [
      {
        name: 'application-autoscaling',
        protocol: 'json-1.1',
        target: 'AnyScaleFrontendService',
        validationError: 'ValidationException',
        operations: { ...targetOperations(state), ...policyOperations(state), ...taggingOperations(state) },
      },
    ],
    state: {
      settings: state.settings,
      scale: (resourceId, desiredCount) =>
        scaleByPolicy(state, existingTarget(state, resourceId, 'registered'), desiredCount),
    },
    resources: {},
  };
}
