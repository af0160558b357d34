import { z } from 'zod';
import type { Cloud, Iam, ResourceMaker } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import type { Principal, ServiceModule } from '../../operation.ts';
import { iamOperations } from './operations.ts';
import { evaluate } from './policy.ts';
import type { ConditionValues, Verdict } from './policy.ts';
import { roleMaker } from './roles.ts';
import type { KnownRole } from './roles.ts';
import { AccessKeys } from './sessions.ts';

const githubIssuer = 'token.actions.githubusercontent.com';

/** Roles, their policies and who holds which key. Roles come by provisioning; IAM's API only reads them. */
export function createIam(cloud: Cloud): ServiceModule<Iam> {
  const roles = new Map<string, KnownRole>();
  const accessKeys = new AccessKeys(cloud);
  const providers = new Map<string, readonly string[]>([[githubIssuer, ['sts.amazonaws.com']]]);

  const verdict = (roleArn: string, action: string, resource: string, values: ConditionValues = {}): Verdict => {
    const known: ConditionValues = {
      'aws:RequestedRegion': cloud.region,
      'aws:ResourceAccount': cloud.account,
      ...values,
    };
    return evaluate(roles.get(roleArn)?.statements ?? [], action, resource, known);
  };

  const state: Iam = {
    roleByArn: (arn) => roles.get(arn),
    allows: (roleArn, action, resource) => verdict(roleArn, action, resource) === 'allowed',
    authorize(principal, action, resources, conditions) {
      if (principal.kind === 'root' || principal.kind === 'service') return;
      if (principal.kind === 'anonymous')
        throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      for (const resource of resources) {
        const found = verdict(principal.role, action, resource, conditions);
        if (found !== 'allowed') throw accessDenied(principal, action, resource, found);
      }
    },
    sessionFor(roleArn, sessionName, durationSeconds = 3600) {
      const role = roles.get(roleArn);
      if (role === undefined)
        throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, { status: 404 });
      return accessKeys.issue(role, sessionName, durationSeconds);
    },
    keyOf: (accessKeyId) => accessKeys.get(accessKeyId),
    audiencesOf: (issuerHost) => providers.get(issuerHost),
  };

  return {
    services: [
      {
        name: 'iam',
        protocol: 'query',
        target: '2010-05-08',
        validationError: 'ValidationError',
        operations: iamOperations(roles),
      },
    ],
    state,
    resources: { 'AWS::IAM::Role': roleMaker(roles), 'AWS::IAM::OIDCProvider': providerMaker(providers) },
  };
}

/** ARN of the caller as AWS writes it into messages and GetCallerIdentity. */
export function callerArn(principal: Principal): string {
  if (principal.kind === 'root') return `arn:aws:iam::${principal.account}:root`;
  if (principal.kind !== 'role') return principal.kind;
  const roleName = principal.role.slice(principal.role.lastIndexOf('/') + 1);
  return `arn:aws:sts::${principal.account}:assumed-role/${roleName}/${principal.session}`;
}

function accessDenied(principal: Principal, action: string, resource: string, found: Verdict): AwsError {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const because =
    found === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${callerArn(principal)} is not authorized to perform: ${action}${on} ${because}`,
  );
}

const providerShape = z.strictObject({
  Url: z.url(),
  ClientIdList: z.array(z.string()).min(1),
  ThumbprintList: z.array(z.string()).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** `AWS::IAM::OIDCProvider`: says which audiences tokens of an issuer may have. GitHub's exists from the start. */
function providerMaker(providers: Map<string, readonly string[]>): ResourceMaker {
  return (properties, cloud) => {
    const { Url, ClientIdList } = providerShape.parse(properties);
    const host = Url.replace('https://', '').replace(/\/$/, '');
    providers.set(host, ClientIdList);
    const arn = `arn:aws:iam::${cloud.account}:oidc-provider/${host}`;
    return { ref: arn, attributes: { Arn: arn } };
  };
}
