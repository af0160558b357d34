import { z } from 'zod';
import type { Cloud, Provisioned, ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { oidcProvider } from './oidc-providers.ts';
import type { OidcProviders } from './oidc-providers.ts';
import { readPolicy } from './policy.ts';
import { readRole } from './roles.ts';
import type { KnownRole } from './roles.ts';

type Document = Readonly<Record<string, unknown>>;

/** What IAM keeps: `roles` is what calls are judged by, each with the policies of its own and those attached to it. */
export type IamBook = {
  readonly cloud: Cloud;
  readonly roles: Map<string, KnownRole>;
  readonly providers: OidcProviders;
};

/** Policies by the name of the role that they are attached to, then by their own. */
type Attached = Map<string, Map<string, Document>>;

/** Roles, policies and token issuers from CloudFormation properties. */
export function iamResources(book: IamBook): Record<`AWS::${string}`, ResourceProvider> {
  const attached: Attached = new Map();
  const managed = new Map<string, Document>();
  return {
    'AWS::IAM::Role': roleProvider(book, attached, managed),
    'AWS::IAM::Policy': policyProvider(book, attached),
    'AWS::IAM::ManagedPolicy': managedPolicyProvider(book, attached, managed),
    'AWS::IAM::OIDCProvider': oidcProvider(book.cloud, book.providers),
  };
}

function roleProvider({ cloud, roles }: IamBook, attached: Attached, managed: Map<string, Document>): ResourceProvider {
  const put = (role: KnownRole): Provisioned => {
    roles.set(role.arn, withPolicies(role, [...role.policies, ...(attached.get(role.name)?.values() ?? [])]));
    return { ref: role.name, attributes: { Arn: role.arn, RoleId: role.id } };
  };
  return {
    nameProperty: 'RoleName',
    namesAre: { longest: 64 },
    fixed: ['RoleName', 'Path'],
    create(properties) {
      const role = readRole(properties, cloud, managed);
      if (roles.has(role.arn))
        throw new AwsError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, { status: 409 });
      return put(role);
    },
    update({ made, properties }) {
      const { id = '', created = 0 } = roles.get(made.attributes['Arn'] ?? '') ?? {};
      return put({ ...readRole(properties, cloud, managed), id, created });
    },
    remove: ({ attributes }) => void roles.delete(attributes['Arn'] ?? ''),
  };
}

const policyProperties = z.looseObject({
  PolicyName: z.string(),
  PolicyDocument: z.record(z.string(), z.unknown()),
  Roles: z.array(z.string()).default([]),
});

function policyProvider(book: IamBook, attached: Attached): ResourceProvider {
  const put = (properties: ResourceProperties): Provisioned => {
    const { PolicyName, PolicyDocument, Roles } = policyProperties.parse(properties);
    attach(book, attached, { name: PolicyName, document: PolicyDocument, roles: Roles });
    return { ref: PolicyName, attributes: { Id: PolicyName } };
  };
  return {
    fixed: ['PolicyName'],
    create: put,
    update({ before, properties }) {
      detach(book, attached, String(before['PolicyName']));
      return put(properties);
    },
    remove: (_made, properties) => detach(book, attached, String(properties['PolicyName'])),
  };
}

const managedPolicyProperties = policyProperties.omit({ PolicyName: true }).extend({
  ManagedPolicyName: z.string(),
  Path: z.string().default('/'),
});

function managedPolicyProvider(book: IamBook, attached: Attached, managed: Map<string, Document>): ResourceProvider {
  const put = (properties: ResourceProperties): Provisioned => {
    const { ManagedPolicyName, Path, PolicyDocument, Roles } = managedPolicyProperties.parse(properties);
    const arn = `arn:aws:iam::${book.cloud.account}:policy${Path}${ManagedPolicyName}`;
    readPolicy(PolicyDocument);
    managed.set(arn, PolicyDocument);
    attach(book, attached, { name: arn, document: PolicyDocument, roles: Roles });
    return { ref: arn, attributes: { PolicyArn: arn } };
  };
  return {
    nameProperty: 'ManagedPolicyName',
    fixed: ['ManagedPolicyName', 'Path'],
    create: put,
    update({ made, properties }) {
      detach(book, attached, made.ref);
      return put(properties);
    },
    remove({ ref }) {
      detach(book, attached, ref);
      managed.delete(ref);
    },
  };
}

type Attachment = { readonly name: string; readonly document: Document; readonly roles: readonly string[] };

/** Throws NoSuchEntity for a role that is not there, and MalformedPolicyDocument. */
function attach({ roles }: IamBook, attached: Attached, { name, document, roles: names }: Attachment): void {
  readPolicy(document);
  for (const roleName of names) {
    const role = [...roles.values()].find((it) => it.name === roleName);
    if (role === undefined)
      throw new AwsError('NoSuchEntity', `The role with name ${roleName} cannot be found.`, { status: 404 });
    const policies = attached.get(roleName) ?? new Map<string, Document>();
    attached.set(roleName, policies.set(name, document));
    roles.set(role.arn, withPolicies(role, [...role.policies, document]));
  }
}

function detach({ roles }: IamBook, attached: Attached, name: string): void {
  for (const [roleName, policies] of attached) {
    const document = policies.get(name);
    const role = [...roles.values()].find((it) => it.name === roleName);
    policies.delete(name);
    if (role === undefined || document === undefined) continue;
    roles.set(
      role.arn,
      withPolicies(
        role,
        role.policies.filter((it) => it !== document),
      ),
    );
  }
}

function withPolicies(role: KnownRole, policies: readonly Document[]): KnownRole {
  return { ...role, policies, statements: policies.flatMap((document) => readPolicy(document)) };
}
