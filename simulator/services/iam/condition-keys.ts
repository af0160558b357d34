/**
 * Condition keys whose values the simulator knows, in small letters: keys are compared without regard to case. A policy
 * with any other is refused (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */

const ofEveryCall = [
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:viaawsservice',
];

/** What a service says when it assumes a role for somebody. */
const ofServices = ['aws:sourceaccount', 'aws:sourcearn'];

/** The claims of GitHub's tokens that STS lets a trust policy ask for; it knows nothing of the others. */
export const trustedClaims = [
  'actor',
  'actor_id',
  'aud',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'sub',
  'workflow',
];

const ofActions = [
  'application-autoscaling:scalable-dimension',
  'application-autoscaling:service-namespace',
  'ec2:region',
  'ecs:auto-assign-public-ip',
  'ecs:cluster',
  'ecs:createaction',
  'ecs:enable-ecs-managed-tags',
  'ecs:enable-execute-command',
  'ecs:privileged',
  'ecs:propagate-tags',
  'ecs:service',
  'ecs:task-cpu',
  'ecs:task-definition',
  'ecs:task-memory',
  'iam:awsservicename',
  'iam:passedtoservice',
  // Of KMS, which nothing here asks.
  'kms:calleraccount',
  'kms:viaservice',
  's3:delimiter',
  's3:prefix',
  's3:resourceaccount',
  'secretsmanager:description',
  'secretsmanager:forcedeletewithoutrecovery',
  'secretsmanager:kmskeyid',
  'secretsmanager:name',
  'secretsmanager:recoverywindowindays',
  'secretsmanager:secretid',
  'secretsmanager:secretprimaryregion',
  'secretsmanager:versionid',
  'secretsmanager:versionstage',
  'ssm:overwrite',
  'ssm:recursive',
  'sts:externalid',
  'sts:rolesessionname',
];

const single = new Set([
  ...ofEveryCall,
  ...ofServices,
  ...trustedClaims.map((claim) => `token.actions.githubusercontent.com:${claim}`),
  ...ofActions,
]);

const several = new Set([
  'aws:calledvia',
  'aws:tagkeys',
  'ecs:capacity-provider',
  'ecs:compute-compatibility',
  'ecs:subnet',
]);

/** `one` value a call, or `several`; undefined for a key that the simulator does not know. */
export function valuesOf(key: string): 'one' | 'several' | undefined {
  const name = key.toLowerCase();
  if (several.has(name)) return 'several';
  return single.has(name) || isOfFamily(name) ? 'one' : undefined;
}

/** Keys whose second half is anybody's; those of KMS are asked by nothing here. */
function isOfFamily(name: string): boolean {
  return /^((aws:requesttag|secretsmanager:resourcetag)\/|kms:encryptioncontext:)./.test(name);
}
