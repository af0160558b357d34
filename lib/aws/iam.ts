import type { IAMClient, Role as IamRole } from '@aws-sdk/client-iam';
import type { Aws } from './session.ts';

/** A role, and which AWS services may take it on. */
export type Role = { readonly arn: string; readonly name: string; readonly trusts: readonly string[] };

const rolesPerPage = 1000;

const clients = new WeakMap<Aws['configuration'], IAMClient>();

/**
 * The roles with these ARNs (or names), by what they were asked for; unknown ones are not in the answer. One listing
 * of the account's roles answers for all: GetRole would be two calls per service.
 */
export async function findRoles(aws: Aws, wanted: readonly string[]): Promise<ReadonlyMap<string, Role>> {
  const { IAMClient: Client, ListRolesCommand } = await import('@aws-sdk/client-iam');
  const client = clients.get(aws.configuration) ?? new Client(aws.configuration);
  clients.set(aws.configuration, client);
  const found = new Map<string, Role>();
  let marker: string | undefined;
  do {
    const page: { Roles?: IamRole[] | undefined; Marker?: string | undefined } = await aws.send(
      client,
      new ListRolesCommand({ MaxItems: rolesPerPage, Marker: marker }),
    );
    for (const role of (page.Roles ?? []).map(toRole)) {
      for (const id of [role.arn, role.name]) if (wanted.includes(id)) found.set(id, role);
    }
    marker = page.Marker;
  } while (marker !== undefined && marker !== '' && wanted.some((id) => !found.has(id)));
  return found;
}

function toRole({ Arn = '', RoleName = '', AssumeRolePolicyDocument = '' }: IamRole): Role {
  return { arn: Arn, name: RoleName, trusts: trustedServices(AssumeRolePolicyDocument) };
}

type Statement = { readonly Effect?: unknown; readonly Action?: unknown; readonly Principal?: unknown };

/** Of a trust policy as IAM hands it out, percent-encoded. Conditions are left to AWS: they may only narrow it. */
function trustedServices(document: string): readonly string[] {
  const policy: { Statement?: Statement | Statement[] } = JSON.parse(decodeURIComponent(document));
  return [policy.Statement ?? []].flat().flatMap(({ Effect, Action, Principal }) => {
    const allowsRole = Effect === 'Allow' && texts(Action).some((action) => assumes.has(action.toLowerCase()));
    if (!allowsRole) return [];
    return typeof Principal === 'object' && Principal !== null && 'Service' in Principal
      ? texts(Principal.Service)
      : texts(Principal);
  });
}

const assumes = new Set(['sts:assumerole', 'sts:*', '*']);

/** Policies write one of something without a list. */
function texts(value: unknown): readonly string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}
