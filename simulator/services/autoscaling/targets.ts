import { z } from 'zod';
import { tagConditions, tagging } from '../../authorization.ts';
import type { AuthorizationRequest } from '../../authorization.ts';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { mayScaleService } from './permissions.ts';
import { followBounds } from './scaling.ts';
import { dimensionShape, namespaceShape, paging, resourceIdShape, targetMembers } from './shapes.ts';
import { scalableDimension, scalableOf, serviceNamespace, targetArns, targetConditions } from './state.ts';
import type { Autoscaling, ScalableTarget, SuspendedState } from './state.ts';

const registration = z.strictObject({
  ...targetMembers,
  MinCapacity: z.int().min(0).optional(),
  MaxCapacity: z.int().min(0).optional(),
  RoleARN: z.string().optional(),
  SuspendedState: z
    .strictObject({
      DynamicScalingInSuspended: z.boolean().optional(),
      DynamicScalingOutSuspended: z.boolean().optional(),
      ScheduledScalingSuspended: z.boolean().optional(),
    })
    .optional(),
  Tags: z.record(z.string(), z.string()).default({}),
});
type Registration = z.infer<typeof registration>;

const invalid = (message: string) => new AwsError('ValidationException', message);

/** `why` is "registered" where a policy needs a target, "found" where the target itself is asked for. */
export function existingTarget(state: Autoscaling, resourceId: string, why: 'found' | 'registered'): ScalableTarget {
  const target = state.targets.get(resourceId);
  if (target !== undefined) return target;
  throw new AwsError(
    'ObjectNotFoundException',
    `No scalable target ${why} for service namespace: ${serviceNamespace}, resource ID: ${resourceId}, ` +
      `scalable dimension: ${scalableDimension}`,
  );
}

export function targetOperations(state: Autoscaling): Record<string, Operation> {
  const arnOf = targetArns(state);
  return {
    RegisterScalableTarget: operation({
      input: registration,
      resources: arnOf,
      conditions: ({ Tags }) => ({ ...targetConditions, ...tagConditions(Tags) }),
      dependents: (input) => [
        ...arnOf(input).flatMap((arn) => tagging('application-autoscaling:TagResource', arn, input.Tags)),
        ...serviceLinkedRole(state),
      ],
      run(input, call) {
        mayScaleService(call, input.ResourceId);
        return { ScalableTargetARN: register(state, input).arn };
      },
    }),
    DescribeScalableTargets: operation({
      input: z.strictObject({
        ServiceNamespace: namespaceShape,
        ResourceIds: z.array(resourceIdShape).max(50).optional(),
        ScalableDimension: dimensionShape.optional(),
        ...paging,
      }),
      run({ ResourceIds, MaxResults, NextToken }) {
        const wanted = [...state.targets.values()].filter(
          ({ resourceId }) => ResourceIds === undefined || ResourceIds.includes(resourceId),
        );
        const { items, next } = page(wanted, MaxResults, NextToken, 'InvalidNextTokenException');
        return { ScalableTargets: items.map((target) => describeTarget(state, target)), NextToken: next };
      },
    }),
    DeregisterScalableTarget: operation({
      input: z.strictObject(targetMembers),
      resources: arnOf,
      conditions: () => targetConditions,
      run({ ResourceId }) {
        existingTarget(state, ResourceId, 'found');
        // Its policies and their alarms go with it.
        state.targets.delete(ResourceId);
        return {};
      },
    }),
  };
}

/** Makes the target, or changes what is named of it: registering again is how one updates. */
function register(state: Autoscaling, input: Registration): ScalableTarget {
  const { ResourceId: resourceId } = input;
  const before = state.targets.get(resourceId);
  const minimum = input.MinCapacity ?? before?.minimum;
  const maximum = input.MaxCapacity ?? before?.maximum;
  if (minimum === undefined || maximum === undefined)
    throw invalid('MinCapacity and MaxCapacity must be specified when registering a new scalable target.');
  if (minimum > maximum) throw invalid('Maximum capacity cannot be less than minimum capacity');
  if (scalableOf(state, resourceId) === undefined) throw invalid(`ECS service doesn't exist: ${resourceId}`);
  state.settings.serviceLinkedRole = true;
  const target = before ?? newTarget(state, resourceId, input.Tags);
  target.minimum = minimum;
  target.maximum = maximum;
  target.suspended = { ...target.suspended, ...given(input.SuspendedState) };
  state.targets.set(resourceId, target);
  followBounds(state, target);
  return target;
}

const given = (suspended: Registration['SuspendedState']) =>
  Object.fromEntries(Object.entries(suspended ?? {}).filter(([, value]) => value !== undefined)) as SuspendedState;

function newTarget({ cloud, random }: Autoscaling, resourceId: string, tags: ScalableTarget['tags']): ScalableTarget {
  return {
    arn: `arn:aws:application-autoscaling:${cloud.region}:${cloud.account}:scalable-target/0ec5${random.text(32)}`,
    resourceId,
    createdAt: cloud.clock.now(),
    minimum: 0,
    maximum: 0,
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
    tags,
    policies: new Map(),
  };
}

const roleArn = ({ cloud }: Autoscaling) =>
  `arn:aws:iam::${cloud.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/` +
  'AWSServiceRoleForApplicationAutoScaling_ECSService';

/** The first registration of an account makes the service-linked role, in the name of whoever calls. */
function serviceLinkedRole(state: Autoscaling): readonly AuthorizationRequest[] {
  if (state.settings.serviceLinkedRole) return [];
  const conditions = { 'iam:AWSServiceName': 'ecs.application-autoscaling.amazonaws.com' };
  return [{ action: 'iam:CreateServiceLinkedRole', resource: roleArn(state), conditions }];
}

function describeTarget(state: Autoscaling, target: ScalableTarget) {
  return {
    ServiceNamespace: serviceNamespace,
    ResourceId: target.resourceId,
    ScalableDimension: scalableDimension,
    MinCapacity: target.minimum,
    MaxCapacity: target.maximum,
    RoleARN: roleArn(state),
    CreationTime: target.createdAt / 1000,
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}
