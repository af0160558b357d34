import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnService } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';
import type { ServiceContract } from '../../../lib/core/contract.ts';
import type { Service } from '../../../lib/core/manifest/model.ts';
import {
  ecsServiceName,
  executionRoleName,
  logGroupName,
  repositoryName,
  taskRoleName,
} from '../../../lib/core/names.ts';
import type { Data, Edge, Network } from '../handed.ts';
import { arnsOf } from '../policies/arns.ts';
import { executionGrants } from '../policies/execution.ts';
import { taskGrants } from '../policies/task.ts';
import { taskTrust } from '../policies/trust.ts';
import type { Setting } from '../setting.ts';
import { GrantedRole } from './granted-role.ts';
import { addHealthyHostsAlarm, addRunningTasksAlarm } from './service-alarm.ts';
import { WayIn } from './way-in.ts';

export type ServiceFoundationProps = {
  readonly setting: Setting;
  readonly network: Network;
  readonly data: Data;
  readonly edge: Edge | undefined;
  /** Id of the group of its tasks. */
  readonly securityGroup: string;
  /** Of its rule, where it is public. */
  readonly priority: number | undefined;
};

/** What one service stands on: log, name, roles, alarm, and the way in where it is public. All of it goes with the service. */
export class ServiceFoundation extends Construct {
  readonly contract: ServiceContract;

  constructor(scope: Construct, service: Service, props: ServiceFoundationProps) {
    super(scope, service.name);
    const { setting, securityGroup } = props;
    const arns = arnsOf(setting.manifest);
    const wayIn = this.wayIn(service, props);
    this.log(service, props);
    this.roles(service, setting);
    if (setting.manifest.environment.alarms.enabled) this.alarm(service, props, wayIn);
    this.contract = {
      service: ecsServiceName(setting.whereabouts.application, service.name),
      repository: repositoryName(setting.whereabouts.application, service.name),
      logGroup: logGroupName(setting.whereabouts, service.name),
      executionRole: arns.executionRole(service),
      taskRole: arns.taskRole(service),
      securityGroups: [securityGroup],
      targetGroup: wayIn?.targets.ref,
      registry: service.port === undefined ? undefined : this.name(service, props.network),
    };
  }

  private log(service: Service, { setting, data }: ServiceFoundationProps): void {
    new CfnLogGroup(this, 'Log', {
      logGroupName: logGroupName(setting.whereabouts, service.name),
      retentionInDays: setting.manifest.environment.logRetentionDays,
      ...(data.key === undefined ? {} : { kmsKeyId: data.key }),
    });
  }

  /** Tasks come and go within seconds, and ECS knows how they are: short answers, and no check of Cloud Map's own. */
  private name(service: Service, { namespace }: Network): string {
    return new CfnService(this, 'Name', {
      name: service.name,
      namespaceId: namespace.id,
      dnsConfig: { dnsRecords: [{ type: 'A', ttl: 10 }], routingPolicy: 'MULTIVALUE' },
      healthCheckCustomConfig: { failureThreshold: 1 },
    }).attrArn;
  }

  private roles(service: Service, { manifest, whereabouts }: Setting): void {
    const trust = taskTrust(manifest);
    new GrantedRole(this, 'ExecutionRole', {
      roleName: executionRoleName(whereabouts, service.name),
      description: `By this role ECS starts tasks of ${service.name}`,
      trust,
      grants: executionGrants(manifest, service),
    });
    new GrantedRole(this, 'TaskRole', {
      roleName: taskRoleName(whereabouts, service.name),
      description: `What the code of ${service.name} may do`,
      trust,
      grants: taskGrants(manifest, service),
    });
  }

  private wayIn({ name, port, ingress, healthCheck }: Service, props: ServiceFoundationProps): WayIn | undefined {
    const { edge, network, priority } = props;
    if (ingress === undefined || port === undefined || edge === undefined || priority === undefined) return undefined;
    const to = { service: name, port, healthCheck, pattern: ingress, priority };
    return new WayIn(this, 'WayIn', { ...to, vpc: network.vpc, listener: edge.httpsListener });
  }

  private alarm(service: Service, { setting, edge }: ServiceFoundationProps, wayIn: WayIn | undefined): void {
    if (wayIn === undefined || edge === undefined) return addRunningTasksAlarm(this, setting, service);
    const { attrTargetGroupFullName: targetGroup } = wayIn.targets;
    addHealthyHostsAlarm(this, setting, service, { targetGroup, loadBalancer: edge.loadBalancer });
  }
}
