import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

/** How the manifest wants the firewall. */
export type FirewallWish = { readonly countRules: readonly string[]; readonly requestsPer5Minutes: number };

type RuleGroup = { readonly name: string; readonly rules: RegExp; readonly counts?: readonly string[] };

/**
 * AWS's groups against what OWASP lists, in the order of their work, and what the rules of each are called like: AWS
 * refuses to count a rule that the group does not have.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const ruleGroups: readonly RuleGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', rules: /^AWSManaged/ },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    rules: /^(?:ExploitablePaths|Host_localhost|JavaDeserialization|Log4J|PROPFIND|ReactJS)/,
  },
  { name: 'AWSManagedRulesSQLiRuleSet', rules: /^SQLi/ },
  // By itself it would block every body above 8 KB: uploads, and what people paste.
  { name: 'AWSManagedRulesCommonRuleSet', rules: /^/, counts: ['SizeRestrictions_BODY'] },
];

const tooMany = 'TooManyRequests';

/** One address that asks too often first, then AWS's groups. `countRules` may also name a group, which then only counts. */
export function firewallRules({ countRules, requestsPer5Minutes }: FirewallWish): CfnWebACL.RuleProperty[] {
  const wholes = new Set([tooMany, ...ruleGroups.map(({ name }) => name)]);
  const single = countRules.filter((rule) => !wholes.has(rule));
  return [
    {
      name: tooMany,
      priority: 0,
      action: countRules.includes(tooMany) ? { count: {} } : { block: {} },
      statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPer5Minutes } },
      visibilityConfig: measured(tooMany),
    },
    ...ruleGroups.map((group, index) => ({
      name: group.name,
      priority: index + 1,
      overrideAction: countRules.includes(group.name) ? { count: {} } : { none: {} },
      statement: { managedRuleGroupStatement: managed(group, single) },
      visibilityConfig: measured(group.name),
    })),
  ];
}

export function measured(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}

function managed(group: RuleGroup, countRules: readonly string[]): CfnWebACL.ManagedRuleGroupStatementProperty {
  const own = countRules.filter((rule) => ruleGroups.find(({ rules }) => rules.test(rule)) === group);
  const counted = [...new Set([...(group.counts ?? []), ...own])];
  const ruleActionOverrides = counted.map((name) => ({ name, actionToUse: { count: {} } }));
  return { vendorName: 'AWS', name: group.name, ...(counted.length === 0 ? {} : { ruleActionOverrides }) };
}
