import { AwsError } from '../../operation.ts';

type Document = Readonly<Record<string, unknown>>;

const document = (actions: readonly string[]): Document => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

/** AWS's own policies that roles here use; others are refused. */
const managedPolicies: Readonly<Record<string, Document>> = {
  'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy': document([
    'ecr:GetAuthorizationToken',
    'ecr:BatchCheckLayerAvailability',
    'ecr:GetDownloadUrlForLayer',
    'ecr:BatchGetImage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  'arn:aws:iam::aws:policy/AdministratorAccess': document(['*']),
  'arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess': document([
    'cloudformation:Describe*',
    'cloudformation:EstimateTemplateCost',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudformation:Detect*',
  ]),
  // AWS's names every service, and leaves out what shows secrets.
  'arn:aws:iam::aws:policy/ReadOnlyAccess': {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['*:Describe*', '*:Get*', '*:List*', '*:BatchGet*'], Resource: '*' },
      { Effect: 'Deny', Action: ['secretsmanager:*GetSecretValue', 'secretsmanager:GetRandomPassword'], Resource: '*' },
    ],
  },
};

/** Throws NoSuchEntity. */
export function awsManagedPolicy(arn: string): Document {
  const found = managedPolicies[arn];
  if (found === undefined) throw new AwsError('NoSuchEntity', `The simulator does not know the managed policy ${arn}.`);
  return found;
}
