import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { policyOf, type Grant, type PolicyDocument } from '../policies/document.ts';
import { pack } from '../policies/pack.ts';

export type GrantedRoleProps = {
  /** Deterministic, from lib/core/names.ts: others write its ARN literally. */
  readonly roleName: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly grants: readonly Grant[];
  /** The longest session that may be asked for; default one hour. */
  readonly maxSessionSeconds?: number;
};

/**
 * A role that may do what the pure functions in `policies` say, to the letter: one inline policy, or, where IAM takes no
 * inline policy so long, several managed ones.
 */
export class GrantedRole extends Construct {
  readonly role: CfnRole;

  constructor(scope: Construct, id: string, props: GrantedRoleProps) {
    super(scope, id);
    const { roleName, description, trust, grants, maxSessionSeconds } = props;
    const packed = pack(grants);
    const isInline = packed.kind === 'inline' && grants.length > 0;
    this.role = new CfnRole(this, 'Role', {
      roleName,
      description,
      assumeRolePolicyDocument: trust,
      ...(isInline ? { policies: [{ policyName: 'granted', policyDocument: policyOf(grants) }] } : {}),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
    });
    if (packed.kind === 'inline') acknowledge(this.role, grants);
    else for (const [index, part] of packed.policies.entries()) this.attach(roleName, index + 1, part);
  }

  private attach(roleName: string, ordinal: number, grants: readonly Grant[]): void {
    const policy = new CfnManagedPolicy(this, `Policy${ordinal}`, {
      managedPolicyName: `${roleName}-${ordinal}`,
      policyDocument: policyOf(grants),
      roles: [this.role.ref],
    });
    acknowledge(policy, grants);
  }
}

/** cdk-nag asks a reason for each wildcard, and matches it by the whole ARN. */
function acknowledge(construct: Construct, grants: readonly Grant[]): void {
  for (const { on, why } of grants) {
    for (const arn of on.filter((it) => it.includes('*'))) {
      Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: why });
    }
  }
}
