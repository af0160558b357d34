import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { partitionOf } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';
import { firewallRules, measured, type FirewallWish } from './firewall-rules.ts';

export type FirewallProps = {
  readonly setting: Setting;
  readonly wish: FirewallWish;
  /** ARN */
  readonly loadBalancer: string;
  readonly key: string | undefined;
};

/** What the internet may not send to the load balancer, and a log of what was refused or counted. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { setting, wish, loadBalancer, key }: FirewallProps) {
    super(scope, id);
    const name = `${setting.whereabouts.application}-${setting.whereabouts.environment}`;
    const acl = new CfnWebACL(this, 'Acl', {
      name,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: firewallRules(wish),
      visibilityConfig: measured(name),
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: loadBalancer });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [this.log(name, setting, key)],
      // Whoever reads the log could otherwise be whoever is in it.
      redactedFields: ['authorization', 'cookie'].map((header) => ({ singleHeader: { Name: header } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
  }

  /** WAF takes only log groups whose names begin so, and their ARNs without `:*` at the end. */
  private log(name: string, { account, region, manifest }: Setting, key: string | undefined): string {
    const group = new CfnLogGroup(this, 'Log', {
      logGroupName: `aws-waf-logs-${name}`,
      retentionInDays: manifest.environment.logRetentionDays,
      ...(key === undefined ? {} : { kmsKeyId: key }),
    });
    return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${group.ref}`;
  }
}
