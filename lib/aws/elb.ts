import type {
  ElasticLoadBalancingV2Client,
  TargetGroup as ElbTargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { inBatches } from './batches.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

export type TargetGroup = {
  readonly arn: string;
  readonly name: string;
  /** `ip`, `instance`, `lambda` or `alb`. */
  readonly targetType: string;
  readonly port: number | undefined;
  readonly vpc: string | undefined;
  readonly healthPath: string | undefined;
  /** `traffic-port`, or a number. */
  readonly healthPort: string;
  /** Load balancers that send to it; without one ECS refuses to create the service. */
  readonly loadBalancers: readonly string[];
};

const groupsPerCall = 20;

const clients = new WeakMap<Aws['configuration'], ElasticLoadBalancingV2Client>();

/** Target groups by ARN, unknown ones are not in the answer. */
export async function findTargetGroups(aws: Aws, arns: readonly string[]): Promise<ReadonlyMap<string, TargetGroup>> {
  const found = await Promise.all(inBatches(arns, groupsPerCall).map((batch) => findBatch(aws, batch)));
  return new Map(found.flat().map((group) => [group.arn, group]));
}

/** One unknown target group fails the whole call, without being named: then each is asked for alone. */
async function findBatch(aws: Aws, arns: readonly string[]): Promise<readonly TargetGroup[]> {
  const { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client: Client } =
    await import('@aws-sdk/client-elastic-load-balancing-v2');
  const client = clients.get(aws.configuration) ?? new Client(aws.configuration);
  clients.set(aws.configuration, client);
  try {
    const answer = await aws.send(client, new DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }));
    return (answer.TargetGroups ?? []).map(toTargetGroup);
  } catch (error) {
    if (!isNamed(error, 'TargetGroupNotFoundException', 'TargetGroupNotFound')) throw error;
    if (arns.length === 1) return [];
    return (await Promise.all(arns.map((arn) => findBatch(aws, [arn])))).flat();
  }
}

function toTargetGroup(group: ElbTargetGroup): TargetGroup {
  return {
    arn: group.TargetGroupArn ?? '',
    name: group.TargetGroupName ?? '',
    targetType: group.TargetType ?? '',
    port: group.Port,
    vpc: group.VpcId,
    healthPath: group.HealthCheckPath,
    healthPort: group.HealthCheckPort ?? 'traffic-port',
    loadBalancers: group.LoadBalancerArns ?? [],
  };
}
