import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { policyOf, type Grant, type PolicyDocument } from '../policies/document.ts';

export type GrantedRoleProps = {
  /** Deterministic, from lib/core/names.ts: others write its ARN literally. */
  readonly roleName: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly grants: readonly Grant[];
  /** Default one hour. */
  readonly maxSessionSeconds?: number;
};

/** A role with one inline policy, exactly as the pure functions in `policies` write it. */
export class GrantedRole extends Construct {
  readonly role: CfnRole;

  constructor(scope: Construct, id: string, props: GrantedRoleProps) {
    super(scope, id);
    const { roleName, description, trust, grants, maxSessionSeconds } = props;
    this.role = new CfnRole(this, 'Role', {
      roleName,
      description,
      assumeRolePolicyDocument: trust,
      ...(grants.length === 0 ? {} : { policies: [{ policyName: 'granted', policyDocument: policyOf(grants) }] }),
      ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
    });
    for (const { on, why } of grants) {
      for (const arn of on.filter(hasWildcard)) {
        Validations.of(this.role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${arn}]`, reason: why });
      }
    }
  }
}

function hasWildcard(arn: string): boolean {
  return arn.includes('*');
}
