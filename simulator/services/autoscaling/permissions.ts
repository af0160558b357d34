import type { AuthorizationRequest } from '../../authorization.ts';
import { AwsError } from '../../operation.ts';
import type { Call } from '../../operation.ts';

const via = 'application-autoscaling.amazonaws.com';

/**
 * Whether whoever asks for scaling may do himself what will be done by it: changing the service. Throws
 * ValidationException (docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html,
 * docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html).
 */
export function mayScaleService(call: Call, resourceId: string): void {
  const { account, region } = call.cloud;
  const [, cluster = '', service = ''] = resourceId.split('/');
  const resource = `arn:aws:ecs:${region}:${account}:service/${cluster}/${service}`;
  const conditions = { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/${cluster}` };
  const actions = ['ecs:DescribeServices', 'ecs:UpdateService'];
  validate(
    call,
    'RegisterScalableTarget',
    actions.map((action) => ({ action, resource, conditions, via })),
  );
}

/** Whether he may make, see and delete the alarms that a policy has. Throws ValidationException. */
export function mayKeepAlarms(call: Call, resourceId: string): void {
  const { account, region } = call.cloud;
  const resource = `arn:aws:cloudwatch:${region}:${account}:alarm:TargetTracking-${resourceId}-*`;
  const actions = ['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'];
  validate(
    call,
    'PutScalingPolicy',
    actions.map((action) => ({ action, resource, via })),
  );
}

function validate({ cloud, principal }: Call, operation: string, requests: readonly AuthorizationRequest[]): void {
  try {
    cloud.iam.authorize(principal, `application-autoscaling:${operation}`, requests);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('ValidationException', error.message);
  }
}
