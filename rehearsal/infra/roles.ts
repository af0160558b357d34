import type { Resource } from '../simulated-aws.ts';

/** Who is who: roles with trust and policies as an account would have them, in the shape of AWS::IAM::Role. */

export type RoleScope = {
  readonly account: string;
  readonly region: string;
  readonly application: string;
  readonly environment: string;
  /** `owner/name` of the calling repository. */
  readonly repository: string;
};

const issuer = 'token.actions.githubusercontent.com';

/** Exactly what build-push's README asks for: a rehearsal that succeeds proves that it is enough. */
export function buildRole(scope: RoleScope): Resource {
  const { region, account, application } = scope;
  return role(`${application}-${scope.environment}-build`, trustOfGitHub(scope), [
    allow(['ecr:GetAuthorizationToken', 'sts:GetCallerIdentity'], ['*']),
    allow(
      [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImageScanFindings',
        'ecr:DescribeRepositories',
        'ecr:GetDownloadUrlForLayer',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      [`arn:aws:ecr:${region}:${account}:repository/${application}-*`],
    ),
    allow(
      ['ssm:GetParametersByPath', 'ssm:PutParameter'],
      ['', '/*'].map(
        (below) => `arn:aws:ssm:${region}:${account}:parameter/${application}/${scope.environment}/builds${below}`,
      ),
    ),
  ]);
}

/** Exactly what the READMEs of the other three actions ask for. */
export function deployRole(scope: RoleScope): Resource {
  const { region, account, application, environment } = scope;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const cluster = `${application}-${environment}`;
  return role(`${application}-${environment}-deploy`, trustOfGitHub(scope), [
    allow(['sts:GetCallerIdentity'], ['*']),
    allow(
      [
        'ecs:DescribeTaskDefinition',
        'ecs:RegisterTaskDefinition',
        'ecs:DeregisterTaskDefinition',
        'ecs:TagResource',
        'ecs:ListServices',
      ],
      ['*'],
    ),
    allow(
      ['ecs:CreateService', 'ecs:UpdateService', 'ecs:DeleteService', 'ecs:DescribeServices'],
      [arn('ecs', `service/${cluster}/*`)],
    ),
    // Both kinds of resource are asked about.
    allow(
      ['ecs:StopServiceDeployment'],
      [arn('ecs', `service/${cluster}/*`), arn('ecs', `service-deployment/${cluster}/*`)],
    ),
    allow(
      [
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
        'application-autoscaling:RegisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:DeregisterScalableTarget',
      ],
      ['*'],
    ),
    allow(
      [
        'cloudwatch:DeleteAlarms',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:PutMetricAlarm',
        'iam:CreateServiceLinkedRole',
      ],
      ['*'],
    ),
    allow(['ecs:DescribeServiceDeployments'], ['*']),
    allow(['ecs:RunTask', 'ecs:StopTask', 'ecs:ListTasks', 'ecs:DescribeTasks'], ['*']),
    allow(
      ['ecr:BatchGetImage', 'ecr:PutImage', 'ecr:DescribeImageScanFindings'],
      [arn('ecr', `repository/${application}-*`)],
    ),
    allow(
      [
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:GetParametersByPath',
        'ssm:GetParameterHistory',
        'ssm:PutParameter',
      ],
      [arn('ssm', `parameter/${application}/${environment}`), arn('ssm', `parameter/${application}/${environment}/*`)],
    ),
    allow(['ssm:DeleteParameters'], [arn('ssm', `parameter/${application}/${environment}/releases/*`)]),
    allow(['ssm:DeleteParameters'], [arn('ssm', `parameter/${application}/${environment}/migrations/*`)]),
    allow(
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      [arn('secretsmanager', `secret:${application}/*`)],
    ),
    allow(['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'], ['*']),
    allow(
      [
        'secretsmanager:CreateSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:DeleteSecret',
        'secretsmanager:RestoreSecret',
      ],
      [arn('secretsmanager', `secret:${application}/${environment}/derived/*`)],
    ),
    allow(['elasticloadbalancing:DescribeTargetGroups'], ['*']),
    allow(['logs:GetLogEvents'], ['*']),
    // What a release stands on, held against it before the first write.
    allow(['ecs:DescribeClusters'], [arn('ecs', `cluster/${cluster}`)]),
    allow(['ecr:GetDownloadUrlForLayer'], [arn('ecr', `repository/${application}-*`)]),
    allow(
      [
        'ec2:DescribeSubnets',
        'ec2:DescribeSecurityGroups',
        'iam:ListRoles',
        'logs:DescribeLogGroups',
        'servicediscovery:ListServices',
      ],
      ['*'],
    ),
    allow(['iam:PassRole'], [`arn:aws:iam::${account}:role/${application}-${environment}-*`]),
  ]);
}

export function executionRole(scope: RoleScope, service: string): Resource {
  const { region, account, application, environment } = scope;
  const arn = (of: string, resource: string) => `arn:aws:${of}:${region}:${account}:${resource}`;
  return role(`${application}-${environment}-${service}-execution`, trustOfTasks(), [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(
      ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
      [arn('ecr', `repository/${application}-${service}`)],
    ),
    allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [arn('logs', `log-group:/${application}/${environment}/${service}:*`)],
    ),
    allow(['secretsmanager:GetSecretValue'], [arn('secretsmanager', `secret:${application}/*`)]),
    allow(['ssm:GetParameters'], [arn('ssm', `parameter/${application}/${environment}/*`)]),
  ]);
}

/** `access` maps a bucket's name to what the service may do with its objects. */
export function taskRole(
  scope: RoleScope,
  service: string,
  access: ReadonlyMap<string, readonly ('put' | 'get')[]>,
): Resource {
  const statements = [...access].map(([bucket, verbs]) =>
    allow(
      verbs.map((verb) => (verb === 'put' ? 's3:PutObject' : 's3:GetObject')),
      [`arn:aws:s3:::${bucket}/*`],
    ),
  );
  return role(`${scope.application}-${scope.environment}-${service}-task`, trustOfTasks(), statements);
}

export function roleArn(account: string, { properties }: Resource): string {
  return `arn:aws:iam::${account}:role/${String(properties['RoleName'])}`;
}

function role(name: string, trust: unknown, statements: readonly unknown[]): Resource {
  return {
    id: name.replaceAll(/[^A-Za-z0-9]/g, ''),
    type: 'AWS::IAM::Role',
    properties: {
      RoleName: name,
      AssumeRolePolicyDocument: trust,
      Policies: statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: document(statements) }],
    },
  };
}

function trustOfGitHub({ account, repository, environment }: RoleScope) {
  return document([
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: [
            `repo:${repository}:environment:${environment}`,
            `repo:${repository}:ref:refs/heads/main`,
          ],
        },
      },
    },
  ]);
}

function trustOfTasks() {
  return document([{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }]);
}

const document = (statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (actions: readonly string[], resources: readonly string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});
