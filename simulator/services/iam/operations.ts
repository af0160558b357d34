import { z } from 'zod';
import { AwsError, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import type { KnownRole } from './roles.ts';

const rolesPerPage = { usual: 100, most: 1000 };

/** Reading roles; they are made as resources. */
export function iamOperations(roles: ReadonlyMap<string, KnownRole>): Record<string, Operation> {
  const named = (name: string) => [...roles.values()].find((role) => role.name === name);
  return {
    GetRole: operation({
      input: z.strictObject({ RoleName: z.string().regex(/^[\w+=,.@-]{1,64}$/) }),
      resources: ({ RoleName }, { cloud }) => [
        named(RoleName)?.arn ?? `arn:aws:iam::${cloud.account}:role/${RoleName}`,
      ],
      run({ RoleName }) {
        const role = named(RoleName);
        if (role === undefined)
          throw new AwsError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, { status: 404 });
        return { Role: describeRole(role) };
      },
    }),
    ListRoles: operation({
      input: z.strictObject({
        PathPrefix: z.string().startsWith('/').default('/'),
        Marker: z.string().optional(),
        MaxItems: z.coerce.number().int().min(1).max(rolesPerPage.most).default(rolesPerPage.usual),
      }),
      run({ PathPrefix, Marker, MaxItems }) {
        const found = [...roles.values()]
          .filter((role) => pathOf(role).startsWith(PathPrefix))
          .sort((one, other) => (one.name < other.name ? -1 : 1));
        const { items, next } = page(found, MaxItems, Marker, 'ValidationError');
        return { Roles: items.map((role) => describeRole(role)), IsTruncated: next !== undefined, Marker: next };
      },
    }),
  };
}

/** IAM writes policies into its answers percent-encoded. */
function describeRole(role: KnownRole) {
  return {
    Path: pathOf(role),
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.created),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
    MaxSessionDuration: role.maxSessionSeconds,
  };
}

/** `/` or `/teams/web/`, from an ARN that ends in `:role/teams/web/<name>`. */
function pathOf({ arn, name }: KnownRole): string {
  return arn.slice(arn.indexOf(':role/') + ':role'.length, -name.length);
}
