import { describe, expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { alone, network } from './alone.ts';
import { allOf, onlyOf, resources, type Properties } from './resources.ts';
import type { Change } from './varied.ts';

let synthesised: Template | undefined;
const edge = () => (synthesised ??= alone.edge());
const environment = (line: string): Change => ['nat: per-az', `nat: per-az\n    ${line}`];

describe('9. Application Load Balancer', () => {
  test('Create ALB in public subnets with `sg-alb`', () => {
    const balancer = onlyOf(edge(), 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer).toMatchObject({ Name: 'smartboard-prod', Type: 'application', Scheme: 'internet-facing' });
    expect(balancer['SecurityGroups']).toEqual([network.securityGroups.loadBalancer]);
    expect(balancer['Subnets']).toEqual(network.publicSubnets);
  });

  test('HTTPS listener on port 443 with ACM certificate', () => {
    expect(listener(edge(), 443)).toMatchObject({
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: expect.stringMatching(/^arn:aws:acm:eu-west-1:111122223333:certificate\//) }],
      SslPolicy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2-/),
    });
  });

  test('HTTP → HTTPS redirect on port 80', () => {
    expect(listener(edge(), 80)).toMatchObject({
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
  });

  test('What no service claims is answered with 404, so a service that goes never leaves the listener without an answer.', () => {
    const [action] = listener(edge(), 443)['DefaultActions'];
    expect(action).toMatchObject({ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } });
  });
});

test('Streams may be silent for five minutes, invalid headers are dropped, and nobody deletes the load balancer by mistake.', () => {
  expect(attributes(edge())).toEqual({
    'access_logs.s3.enabled': 'true',
    'access_logs.s3.bucket': { Ref: logBucket(edge()) },
    'deletion_protection.enabled': 'true',
    'idle_timeout.timeout_seconds': '300',
    'routing.http.drop_invalid_header_fields.enabled': 'true',
  });
});

describe('access log', () => {
  test('The load balancer may write for this account, and nobody without TLS.', () => {
    const arn = { 'Fn::GetAtt': [logBucket(edge()), 'Arn'] };
    expect(onlyOf(edge(), 'AWS::S3::BucketPolicy')['PolicyDocument'].Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::156460612806:root' },
        Action: 's3:PutObject',
        Resource: { 'Fn::Join': ['', [arn, '/AWSLogs/111122223333/*']] },
      }),
    ]);
  });

  test('In regions that are newer than these accounts, the service itself writes.', () => {
    const elsewhere = alone.edge([/eu-west-1/g, 'eu-central-2']);
    const statements: Properties[] = onlyOf(elsewhere, 'AWS::S3::BucketPolicy')['PolicyDocument'].Statement;
    expect(statements[1]?.['Principal']).toEqual({ Service: 'logdelivery.elasticloadbalancing.amazonaws.com' });
  });

  test('The load balancer waits until it may write.', () => {
    const [balancer] = Object.values(edge().findResources('AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(balancer!['DependsOn']).toEqual([...resources(edge(), 'AWS::S3::BucketPolicy').keys()]);
  });

  test('The bucket is private, encrypted by S3 as load balancers need it, emptied by time, and kept.', () => {
    const [bucket] = Object.values(edge().findResources('AWS::S3::Bucket'));
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const { BucketName, BucketEncryption, PublicAccessBlockConfiguration, LifecycleConfiguration } =
      bucket!['Properties'];
    expect(BucketName).toBeUndefined();
    expect(BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(new Set(Object.values(PublicAccessBlockConfiguration))).toEqual(new Set([true]));
    expect(LifecycleConfiguration.Rules).toEqual([expect.objectContaining({ ExpirationInDays: 90 })]);
  });
});

describe('WAF — OWASP managed rules', () => {
  test('AWS’s groups stand before the load balancer, after a limit of what one address may ask.', () => {
    expect(rules(edge()).map(({ Name, Priority }) => [Priority, Name])).toEqual([
      [0, 'TooManyRequests'],
      [1, 'AWSManagedRulesAmazonIpReputationList'],
      [2, 'AWSManagedRulesKnownBadInputsRuleSet'],
      [3, 'AWSManagedRulesSQLiRuleSet'],
      [4, 'AWSManagedRulesCommonRuleSet'],
    ]);
    expect(rules(edge())[0]).toMatchObject({
      Action: { Block: {} },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 2000 } },
    });
    const association = onlyOf(edge(), 'AWS::WAFv2::WebACLAssociation');
    expect(association['ResourceArn']).toEqual({ Ref: loadBalancer(edge()) });
  });

  test('Bodies above 8 KB are counted and let through; nothing else is.', () => {
    expect(counted(edge())).toEqual({ AWSManagedRulesCommonRuleSet: ['SizeRestrictions_BODY'] });
    expect(
      rules(edge())
        .slice(1)
        .map(({ OverrideAction }) => OverrideAction),
    ).toEqual([1, 2, 3, 4].map(() => ({ None: {} })));
  });

  test('Rules of the manifest only count, each in the group that has it; a group may count as a whole.', () => {
    const names = [
      'SQLi_BODY',
      'Log4JRCE_BODY',
      'GenericRFI_BODY',
      'AWSManagedIPReputationList',
      'AWSManagedRulesSQLiRuleSet',
    ];
    const lenient = alone.edge(
      environment(`firewall: { count-rules: [${names.join(', ')}], requests-per-5-minutes: 500 }`),
    );
    expect(counted(lenient)).toEqual({
      AWSManagedRulesAmazonIpReputationList: ['AWSManagedIPReputationList'],
      AWSManagedRulesKnownBadInputsRuleSet: ['Log4JRCE_BODY'],
      AWSManagedRulesSQLiRuleSet: ['SQLi_BODY'],
      AWSManagedRulesCommonRuleSet: ['SizeRestrictions_BODY', 'GenericRFI_BODY'],
    });
    const whole = rules(lenient).filter(({ OverrideAction }) => OverrideAction?.Count !== undefined);
    expect(whole.map(({ Name }) => Name)).toEqual(['AWSManagedRulesSQLiRuleSet']);
    expect(rules(lenient)[0]?.['Statement'].RateBasedStatement.Limit).toBe(500);
  });

  test('What was refused or counted is logged, without what proves who someone is.', () => {
    expect(onlyOf(edge(), 'AWS::Logs::LogGroup')).toEqual({
      LogGroupName: 'aws-waf-logs-smartboard-prod',
      RetentionInDays: 30,
    });
    const [log] = resources(edge(), 'AWS::Logs::LogGroup').keys();
    expect(onlyOf(edge(), 'AWS::WAFv2::LoggingConfiguration')).toMatchObject({
      LogDestinationConfigs: [{ 'Fn::Join': ['', ['arn:aws:logs:eu-west-1:111122223333:log-group:', { Ref: log }]] }],
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
  });

  test('A manifest may go without.', () => {
    const open = alone.edge(environment('firewall: none'));
    expect(allOf(open, 'AWS::WAFv2::WebACL')).toEqual([]);
    expect(allOf(open, 'AWS::Logs::LogGroup')).toEqual([]);
  });
});

describe('another manifest', () => {
  const ownZone: Change = [/certificate: .*/, 'hosted-zone: Z0123456789ABC'];

  test('In a hosted zone of one’s own the certificate proves itself, and the domain leads to the load balancer.', () => {
    const own = alone.edge(ownZone);
    expect(onlyOf(own, 'AWS::CertificateManager::Certificate')).toEqual({
      DomainName: 'smartboard.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'smartboard.example.com', HostedZoneId: 'Z0123456789ABC' }],
    });
    const [certificate] = resources(own, 'AWS::CertificateManager::Certificate').keys();
    expect(listener(own, 443)['Certificates']).toEqual([{ CertificateArn: { Ref: certificate } }]);
    expect(onlyOf(own, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'smartboard.example.com',
      Type: 'A',
      AliasTarget: { HostedZoneId: { 'Fn::GetAtt': [loadBalancer(own), 'CanonicalHostedZoneID'] } },
    });
  });

  test('An environment that may go has a load balancer that may go.', () => {
    const loose = alone.edge(environment('protection: false\n    load-balancer: { idle-timeout-seconds: 60 }'));
    expect(attributes(loose)).toMatchObject({
      'deletion_protection.enabled': 'false',
      'idle_timeout.timeout_seconds': '60',
    });
  });
});

function listener(template: Template, port: number): Properties {
  return allOf(template, 'AWS::ElasticLoadBalancingV2::Listener').find(({ Port }) => Port === port)!;
}

function loadBalancer(template: Template): string {
  return [...resources(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').keys()][0]!;
}

function logBucket(template: Template): string {
  return [...resources(template, 'AWS::S3::Bucket').keys()][0]!;
}

function attributes(template: Template) {
  const written: Properties[] = onlyOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')['LoadBalancerAttributes'];
  return Object.fromEntries(written.map(({ Key, Value }) => [Key, Value]));
}

function rules(template: Template): readonly Properties[] {
  return onlyOf(template, 'AWS::WAFv2::WebACL')['Rules'];
}

/** Names of the rules that only count, by group. */
function counted(template: Template) {
  const overrides = rules(template).flatMap(({ Name, Statement }): [string, string[]][] => {
    const written: Properties[] = Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [];
    return written.length === 0 ? [] : [[Name, written.map((it) => it['Name'])]];
  });
  return Object.fromEntries(overrides);
}
