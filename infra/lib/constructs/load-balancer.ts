import { CfnListener, CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { loadBalancerName, partitionOf } from '../../../lib/core/names.ts';
import type { Network } from '../handed.ts';
import type { Setting } from '../setting.ts';
import { addBucketPolicy, addLogBucket } from './closed-bucket.ts';

export type LoadBalancerProps = {
  readonly setting: Setting;
  readonly network: Network;
  /** ARN */
  readonly certificate: string;
};

/** The only thing that the internet reaches. What no rule of a service claims is answered with 404. */
export class LoadBalancer extends Construct {
  readonly resource: CfnLoadBalancer;
  readonly https: CfnListener;

  constructor(scope: Construct, id: string, { setting, network, certificate }: LoadBalancerProps) {
    super(scope, id);
    const { environment } = setting.manifest;
    const logs = addLogBucket(this, 'AccessLog', { days: 90 });
    const mayWrite = addBucketPolicy(logs, deliveryOf(setting, logs.attrArn));

    this.resource = new CfnLoadBalancer(this, 'Balancer', {
      name: loadBalancerName(setting.whereabouts),
      type: 'application',
      scheme: 'internet-facing',
      subnets: [...network.publicSubnets],
      securityGroups: [network.securityGroups.loadBalancer],
      loadBalancerAttributes: attributes({
        'access_logs.s3.enabled': true,
        'access_logs.s3.bucket': logs.ref,
        'deletion_protection.enabled': environment.protection,
        'idle_timeout.timeout_seconds': environment.loadBalancer.idleTimeoutSeconds,
        'routing.http.drop_invalid_header_fields.enabled': true,
      }),
    });
    // It writes a test object when it is told of the bucket.
    this.resource.addResourceDependency(mayWrite);

    const loadBalancerArn = this.resource.ref;
    new CfnListener(this, 'Http', { loadBalancerArn, port: 80, protocol: 'HTTP', defaultActions: [toHttps] });
    this.https = new CfnListener(this, 'Https', {
      loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      certificates: [{ certificateArn: certificate }],
      defaultActions: [notFound],
    });
  }
}

const toHttps: CfnListener.ActionProperty = {
  type: 'redirect',
  redirectConfig: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
};

const notFound: CfnListener.ActionProperty = {
  type: 'fixed-response',
  fixedResponseConfig: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' },
};

/**
 * Older regions deliver logs as an account of AWS, newer ones as a service.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function deliveryOf({ account, region }: Setting, bucket: string) {
  const deliverer = RegionInfo.get(region).elbv2Account;
  return {
    Sid: 'AccessLogs',
    Effect: 'Allow',
    Principal:
      deliverer === undefined
        ? { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' }
        : { AWS: `arn:${partitionOf(region)}:iam::${deliverer}:root` },
    Action: 's3:PutObject',
    Resource: `${bucket}/AWSLogs/${account}/*`,
  };
}

function attributes(values: Readonly<Record<string, string | number | boolean>>) {
  return Object.entries(values).map(([key, value]) => ({ key, value: String(value) }));
}
