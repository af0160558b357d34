import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';

/**
 * Scaling of services. Application Auto Scaling names its targets at random, so they are told apart by what they scale.
 * It also asks whether its caller may do what it will do: update the service, and make and delete alarms
 * (docs.aws.amazon.com/autoscaling/application/userguide/security_iam_permission_validation.html).
 */
export function scalingGrants(manifest: SelectedManifest): readonly Grant[] {
  const { regional, role } = arnsOf(manifest);
  return [
    {
      why: 'AWS names what is scaled at random: only counts of ECS services',
      actions: [
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:RegisterScalableTarget',
      ],
      on: [regional('application-autoscaling', 'scalable-target/*')],
      when: {
        StringEquals: {
          'application-autoscaling:service-namespace': 'ecs',
          'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
        },
      },
    },
    {
      why: 'Alarms that scale, whose names AWS makes up: only when an AWS service asks in the role’s name',
      actions: ['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'],
      on: [regional('cloudwatch', 'alarm:*')],
      when: { Bool: { 'aws:ViaAWSService': 'true' } },
    },
    {
      why: 'The role by which AWS scales services, made with the first that scales in an account',
      actions: ['iam:CreateServiceLinkedRole'],
      on: [role(`aws-service-role/${scalesEcs}/AWSServiceRoleForApplicationAutoScaling_ECSService`)],
      when: { StringEquals: { 'iam:AWSServiceName': scalesEcs } },
    },
  ];
}

const scalesEcs = 'ecs.application-autoscaling.amazonaws.com';
