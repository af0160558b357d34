import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { stackName, stackParts } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';
import { inRegion } from './reads.ts';

/**
 * Looking for what was changed by hand: CloudFormation reads every resource in the name of whoever asks
 * (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html). What things are, never what is in
 * them: no object, no log, no value of a secret.
 */
export function driftGrants(manifest: SelectedManifest): readonly Grant[] {
  const { where, regional } = arnsOf(manifest);
  return [
    {
      why: 'Its own stacks; AWS ends their ARNs at random',
      actions: ['cloudformation:DescribeStackResourceDrifts', 'cloudformation:DetectStackDrift'],
      on: stackParts.map((part) =>
        regional('cloudformation', `stack/${stackName(where.application, where.environment, part)}/*`),
      ),
    },
    {
      why: 'AWS knows no narrower resource for how far it has come than the region',
      actions: ['cloudformation:DescribeStackDriftDetectionStatus'],
      on: ['*'],
      when: inRegion(manifest),
    },
    {
      why: 'What the stacks’ resources are, most of which have random names; never what is in them',
      actions: descriptions,
      on: ['*'],
      when: inRegion(manifest),
    },
    {
      why: 'Roles, policies and buckets are of no region; who may do what is no secret',
      actions: ofNoRegion,
      on: ['*'],
    },
  ];
}

/** By service, what CloudFormation reads of the types that the stacks are made of. */
const descriptions = [
  'acm:DescribeCertificate',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetDashboard',
  'cloudwatch:ListTagsForResource',
  'ec2:DescribeAddresses',
  'ec2:DescribeFlowLogs',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNatGateways',
  'ec2:DescribeNetworkAcls',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroupRules',
  'ec2:DescribeVpcAttribute',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeVpcs',
  'ecr:DescribeRepositories',
  'ecr:GetLifecyclePolicy',
  'ecr:GetRepositoryPolicy',
  'ecr:ListTagsForResource',
  'ecs:DescribeCapacityProviders',
  'elasticache:DescribeCacheClusters',
  'elasticache:DescribeCacheParameterGroups',
  'elasticache:DescribeCacheParameters',
  'elasticache:DescribeCacheSubnetGroups',
  'elasticache:DescribeReplicationGroups',
  'elasticache:ListTagsForResource',
  'elasticloadbalancing:DescribeListenerAttributes',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListResourceTags',
  'logs:ListTagsForResource',
  'rds:DescribeDBClusterParameterGroups',
  'rds:DescribeDBClusterParameters',
  'rds:DescribeDBClusters',
  'rds:DescribeDBInstances',
  'rds:DescribeDBSubnetGroups',
  'rds:ListTagsForResource',
  'secretsmanager:GetResourcePolicy',
  'servicediscovery:GetNamespace',
  'servicediscovery:GetService',
  'servicediscovery:ListTagsForResource',
  'sns:GetDataProtectionPolicy',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
  'sns:ListTagsForResource',
  'wafv2:GetLoggingConfiguration',
  'wafv2:GetWebACL',
  'wafv2:GetWebACLForResource',
  'wafv2:ListTagsForResource',
];

const ofNoRegion = [
  'iam:GetOpenIDConnectProvider',
  'iam:GetPolicy',
  'iam:GetPolicyVersion',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListEntitiesForPolicy',
  'iam:ListPolicyVersions',
  'iam:ListRolePolicies',
  's3:GetBucketAcl',
  's3:GetBucketCORS',
  's3:GetBucketLogging',
  's3:GetBucketObjectLockConfiguration',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketTagging',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
];
