import { alike, onEverything, tagging, type ActionTable } from './action.ts';

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const ssm: ActionTable = {
  ...alike(['PutParameter'], { on: ['parameter/'], keys: [...tagging, 'ssm:Overwrite'] }),
  ...alike(['GetParametersByPath'], { on: ['parameter/'], keys: ['ssm:Recursive'] }),
  ...alike(
    [
      'DeleteParameter',
      'DeleteParameters',
      'GetParameter',
      'GetParameterHistory',
      'GetParameters',
      'ListTagsForResource',
    ],
    { on: ['parameter/'], keys: [] },
  ),
  AddTagsToResource: { on: ['parameter/'], keys: tagging },
  RemoveTagsFromResource: { on: ['parameter/'], keys: ['aws:TagKeys'] },
};

const ofSecret = ['secretsmanager:ResourceTag/', 'secretsmanager:SecretId', 'secretsmanager:SecretPrimaryRegion'];

/** docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
export const secretsmanager: ActionTable = {
  ...alike(['BatchGetSecretValue', 'ListSecrets'], onEverything),
  CreateSecret: {
    on: ['secret:'],
    keys: [...tagging, 'secretsmanager:Description', 'secretsmanager:KmsKeyId', 'secretsmanager:Name'],
  },
  GetSecretValue: {
    on: ['secret:'],
    keys: [...ofSecret, 'secretsmanager:VersionId', 'secretsmanager:VersionStage'],
  },
  UpdateSecret: { on: ['secret:'], keys: [...ofSecret, 'secretsmanager:Description', 'secretsmanager:KmsKeyId'] },
  DeleteSecret: {
    on: ['secret:'],
    keys: [...ofSecret, 'secretsmanager:ForceDeleteWithoutRecovery', 'secretsmanager:RecoveryWindowInDays'],
  },
  ...alike(['DescribeSecret', 'PutSecretValue', 'RestoreSecret'], { on: ['secret:'], keys: ofSecret }),
  TagResource: { on: ['secret:'], keys: [...ofSecret, ...tagging] },
  UntagResource: { on: ['secret:'], keys: [...ofSecret, 'aws:TagKeys'] },
};
