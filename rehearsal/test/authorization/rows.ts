import type { builds } from './build-scenarios.ts';
import type { releases } from './release-scenarios.ts';

/** A command of the SDK, the scenario that needs it, and what IAM is asked for it besides its own action. */
export type Row = {
  readonly command: string;
  readonly scenario: keyof typeof releases | keyof typeof builds;
  readonly besides: readonly string[];
};

type Besides = Readonly<Record<string, readonly string[]>>;

function needs(scenario: Row['scenario'], commands: Besides): readonly Row[] {
  return Object.entries(commands).map(([command, besides]) => ({ command, scenario, besides }));
}

/** Every command that lib/aws can send has one row. */
export const rows: readonly Row[] = [
  ...needs('derived secrets that are no longer needed, and needed again', {
    'secretsmanager:BatchGetSecretValue': ['secretsmanager:GetSecretValue'],
    'secretsmanager:CreateSecret': [],
    'secretsmanager:DeleteSecret': [],
    'secretsmanager:DescribeSecret': [],
    'secretsmanager:ListSecrets': [],
    'secretsmanager:RestoreSecret': [],
    'ssm:GetParameters': [],
    'ssm:GetParametersByPath': [],
    'sts:AssumeRoleWithWebIdentity': [],
    'sts:GetCallerIdentity': [],
  }),
  ...needs('a first release that migrates and is scaled', {
    'application-autoscaling:DescribeScalableTargets': [],
    'application-autoscaling:PutScalingPolicy': [
      'cloudwatch:DeleteAlarms',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:PutMetricAlarm',
    ],
    'application-autoscaling:RegisterScalableTarget': [
      'ecs:DescribeServices',
      'ecs:UpdateService',
      'iam:CreateServiceLinkedRole',
    ],
    'ec2:DescribeSecurityGroups': [],
    'ec2:DescribeSubnets': [],
    'ecr:BatchGetImage': [],
    'ecr:GetDownloadUrlForLayer': [],
    'ecr:PutImage': [],
    'ecs:CreateService': ['ecs:TagResource'],
    'ecs:DescribeClusters': [],
    'ecs:DescribeServiceDeployments': [],
    'ecs:DescribeServices': [],
    'ecs:DescribeTaskDefinition': [],
    'ecs:DescribeTasks': [],
    'ecs:ListServices': [],
    'ecs:ListTasks': [],
    'ecs:RegisterTaskDefinition': ['ecs:TagResource', 'iam:PassRole'],
    'ecs:RunTask': ['iam:PassRole'],
    'elasticloadbalancing:DescribeTargetGroups': [],
    'iam:ListRoles': [],
    'logs:DescribeLogGroups': [],
    'logs:GetLogEvents': [],
    'servicediscovery:ListServices': [],
    'ssm:GetParameter': [],
    'ssm:PutParameter': [],
  }),
  ...needs('a release of which one service fails while another is on its way', {
    'ecs:DeregisterTaskDefinition': [],
    'ecs:StopServiceDeployment': [],
    'ecs:UpdateService': [],
  }),
  ...needs('a rollback to the release before', {
    'application-autoscaling:DescribeScalingPolicies': [],
    'ecr:DescribeImageScanFindings': [],
  }),
  ...needs('an entry of the ledger that came too late', { 'ssm:GetParameterHistory': [] }),
  ...needs('a service that is scaled by another metric, then not at all', {
    'application-autoscaling:DeleteScalingPolicy': [],
    'application-autoscaling:DeregisterScalableTarget': [],
  }),
  ...needs('a service that the manifest no longer has', { 'ecs:DeleteService': [] }),
  ...needs('a secret that has been rotated', { 'secretsmanager:PutSecretValue': [] }),
  ...needs('a migration that is stopped at its time-out', { 'ecs:StopTask': [] }),
  ...needs('a ledger with more migrations than it keeps', { 'ssm:DeleteParameters': [] }),
  ...needs('a build in two parts, with a gate for what scans find', {
    'ecr:DescribeRepositories': [],
    'ecr:GetAuthorizationToken': [],
  }),
  ...needs('a repository that nobody else makes', { 'ecr:CreateRepository': [], 'ecr:PutLifecyclePolicy': [] }),
];

/** What else is asked in these scenarios: by docker in the build's name, and by ECS when it starts tasks. */
export const others: Besides = {
  'registry:FinishUpload': ['ecr:CompleteLayerUpload'],
  'registry:HeadBlob': ['ecr:BatchCheckLayerAvailability'],
  'registry:HeadManifest': ['ecr:BatchGetImage'],
  'registry:PutManifest': ['ecr:PutImage'],
  'registry:StartUpload': ['ecr:InitiateLayerUpload'],
  'ecs:task-start': [
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'ssm:GetParameters',
    'sts:AssumeRole',
  ],
};
