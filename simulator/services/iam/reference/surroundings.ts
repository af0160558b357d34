import { alike, onEverything, tagging, type ActionTable } from './action.ts';

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html */
export const logs: ActionTable = {
  DescribeLogGroups: onEverything,
  ...alike(['CreateLogGroup', 'TagResource'], { on: ['log-group:'], keys: tagging }),
  ...alike(['DeleteLogGroup', 'DescribeLogStreams', 'FilterLogEvents', 'PutRetentionPolicy'], {
    on: ['log-group:'],
    keys: [],
  }),
  // Streams: their ARNs go on with `:log-stream:<name>`.
  ...alike(['CreateLogStream', 'GetLogEvents', 'PutLogEvents'], { on: ['log-group:'], keys: [] }),
};

const ofTarget = ['application-autoscaling:scalable-dimension', 'application-autoscaling:service-namespace'];

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html */
export const applicationAutoscaling: ActionTable = {
  ...alike(['DescribeScalableTargets', 'DescribeScalingPolicies'], onEverything),
  ...alike(['RegisterScalableTarget'], { on: ['scalable-target/'], keys: [...ofTarget, ...tagging] }),
  ...alike(['DeleteScalingPolicy', 'DeregisterScalableTarget', 'PutScalingPolicy'], {
    on: ['scalable-target/'],
    keys: ofTarget,
  }),
  TagResource: { on: ['scalable-target/'], keys: tagging },
  UntagResource: { on: ['scalable-target/'], keys: ['aws:TagKeys'] },
  ListTagsForResource: { on: ['scalable-target/'], keys: [] },
};

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export const cloudwatch: ActionTable = {
  PutMetricAlarm: { on: ['alarm:'], keys: tagging },
  ...alike(['DeleteAlarms', 'DescribeAlarms'], { on: ['alarm:'], keys: [] }),
};

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html */
export const elasticloadbalancing: ActionTable = alike(
  ['DescribeListeners', 'DescribeLoadBalancers', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth'],
  onEverything,
);

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const ec2: ActionTable = alike(['DescribeSecurityGroups', 'DescribeSubnets'], { on: [], keys: ['ec2:Region'] });

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudmap.html */
export const servicediscovery: ActionTable = { ListServices: onEverything };

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html; buckets' ARNs have no account. */
export const s3: ActionTable = {
  ...alike(['DeleteObject', 'GetObject', 'PutObject'], { on: [''], keys: [] }),
  ...alike(['GetBucketLocation', 'GetEncryptionConfiguration', 'PutBucketCORS'], { on: [''], keys: [] }),
  ListBucket: { on: [''], keys: ['s3:delimiter', 's3:prefix'] },
};
