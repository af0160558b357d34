import { CfnListenerRule, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { HealthCheck } from '../../../lib/core/manifest/model.ts';

export type WayInProps = {
  readonly service: string;
  readonly port: number;
  readonly healthCheck: HealthCheck | undefined;
  /** Path pattern, e.g. `/api/*`. */
  readonly pattern: string;
  readonly priority: number;
  readonly vpc: string;
  readonly listener: string;
};

/** How requests come to a public service: a rule of the listener, and the tasks that get them. */
export class WayIn extends Construct {
  readonly targets: CfnTargetGroup;

  constructor(scope: Construct, id: string, props: WayInProps) {
    super(scope, id);
    const { service, port, vpc, listener, pattern, priority } = props;
    this.targets = new CfnTargetGroup(this, 'Targets', {
      targetType: 'ip',
      protocol: 'HTTP',
      port,
      vpcId: vpc,
      ...checksOf(props.healthCheck),
      targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: '30' }],
      // The name is a tag: another port makes another group, and a fixed name would stand in its way.
      tags: [{ key: 'Name', value: `tg-${service}` }],
    });
    new CfnListenerRule(this, 'Rule', {
      listenerArn: listener,
      priority,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [pattern] } }],
      actions: [{ type: 'forward', targetGroupArn: this.targets.ref }],
    });
  }
}

/** As tasks check themselves. A service without a check is good when it answers at all. */
function checksOf(check: HealthCheck | undefined) {
  if (check === undefined) return { healthCheckPath: '/', matcher: { httpCode: '200-499' } };
  return {
    healthCheckPath: check.path,
    healthCheckIntervalSeconds: check.intervalSeconds,
    // It must be shorter than the interval.
    healthCheckTimeoutSeconds: Math.min(check.timeoutSeconds, check.intervalSeconds - 1),
    healthyThresholdCount: 2,
    unhealthyThresholdCount: Math.max(2, check.retries),
    matcher: { httpCode: '200' },
  };
}
