import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { clusterName } from '../../../lib/core/names.ts';
import { arnsOf, type Arns } from './arns.ts';
import type { Condition, Grant } from './document.ts';

/** What plan, verify and status look at. The role that deploys reads it too; no value of a secret is among it. */
export function readGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const cluster = clusterName(arns.where);
  const parameters = arns.parameter(`/${arns.where.application}/${arns.where.environment}`);
  return [
    {
      why: 'Who one is and which roles there are: IAM and STS know no narrower resource',
      actions: ['iam:ListRoles', 'sts:GetCallerIdentity'],
      on: ['*'],
    },
    {
      why: 'AWS knows no narrower resource for these reads than the region',
      actions: [
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ecs:DescribeTaskDefinition',
        'elasticloadbalancing:DescribeTargetGroups',
        'logs:DescribeLogGroups',
        'secretsmanager:ListSecrets',
        'servicediscovery:ListServices',
      ],
      on: ['*'],
      when: inRegion(manifest),
    },
    {
      why: 'Lists of one cluster: IAM takes it as a condition, not as a resource',
      actions: ['ecs:ListServices', 'ecs:ListTasks'],
      on: ['*'],
      when: ofCluster(arns),
    },
    {
      why: 'What runs in its own cluster, and how that came about',
      actions: ['ecs:DescribeClusters', 'ecs:DescribeServiceDeployments', 'ecs:DescribeServices', 'ecs:DescribeTasks'],
      on: [
        arns.regional('ecs', `cluster/${cluster}`),
        ...['service', 'service-deployment', 'task'].map((kind) => arns.regional('ecs', `${kind}/${cluster}/*`)),
      ],
    },
    {
      why: 'All parameters of its own environment: contract, ledger, configuration',
      actions: ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
      on: [parameters, `${parameters}/*`],
    },
  ];
}

/** Images of the services; `besides` is what may be done to them beyond looking. */
export function imageGrant(manifest: SelectedManifest, besides: readonly string[] = []): Grant {
  return {
    why: 'Images of its own services, and what scans found in them',
    actions: ['ecr:BatchGetImage', 'ecr:DescribeImageScanFindings', 'ecr:GetDownloadUrlForLayer', ...besides],
    on: [...manifest.services.values()].map(arnsOf(manifest).repository),
  };
}

/** For actions that know no resource: they stay in the environment's region at least. */
export function inRegion({ environment: { region } }: SelectedManifest): Condition {
  return { StringEquals: { 'aws:RequestedRegion': region } };
}

export function ofCluster({ where, regional }: Arns): Condition {
  return { ArnEquals: { 'ecs:cluster': regional('ecs', `cluster/${clusterName(where)}`) } };
}
