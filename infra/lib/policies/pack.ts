import { policyOf, type Grant } from './document.ts';

/** How IAM wants a role's grants: within the role, or as so many policies of their own, attached to it. */
export type Packed =
  | { readonly kind: 'inline'; readonly grants: readonly Grant[] }
  | { readonly kind: 'managed'; readonly policies: readonly (readonly Grant[])[] };

/**
 * All of a role's inline policies together may have 10,240 characters, a managed policy 6,144, and a role ten of these
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). Grants keep their order; one that is too long
 * for a policy is divided by its resources.
 */
export function pack(grants: readonly Grant[]): Packed {
  if (sizeOf(grants) <= largestInline) return { kind: 'inline', grants };
  const policies: Grant[][] = [[]];
  for (const grant of grants.flatMap(divide)) {
    const last = policies.at(-1)!;
    if (sizeOf([...last, grant]) <= largestManaged) last.push(grant);
    else policies.push([grant]);
  }
  if (policies.length > mostManaged) {
    throw new Error(
      `The grants of a role need ${policies.length} policies, and IAM attaches ${mostManaged} to a role.`,
    );
  }
  return { kind: 'managed', policies };
}

function divide(grant: Grant): readonly Grant[] {
  if (sizeOf([grant]) <= largestManaged || grant.on.length < 2) return [grant];
  const middle = Math.ceil(grant.on.length / 2);
  return [grant.on.slice(0, middle), grant.on.slice(middle)].flatMap((on) => divide({ ...grant, on }));
}

function sizeOf(grants: readonly Grant[]): number {
  return JSON.stringify(policyOf(grants)).length;
}

const largestInline = 10_240;
const largestManaged = 6_144;
const mostManaged = 10;
