import type { ServiceSettings } from '../../../../lib/aws/service-settings.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { capacityProvider } from '../../../../lib/core/fargate.ts';
import type { HealthCheck, Service } from '../../../../lib/core/manifest/model.ts';
import type { WantedService } from './wanted.ts';

/** What manifest and contract say of a service besides its definition and its count. */
export function settingsOf({ service, infra }: WantedService, { network }: Contract): ServiceSettings {
  const { targetGroup, registry } = infra;
  const isBalanced = targetGroup !== undefined && service.port !== undefined;
  return {
    subnets: network.subnets,
    securityGroups: infra.securityGroups,
    assignPublicIp: network.assignPublicIp,
    targets: isBalanced ? [{ targetGroup, container: service.name, port: service.port }] : [],
    registries: registry === undefined ? [] : [registry],
    capacity: [capacityProvider(service)],
    graceSeconds: isBalanced ? graceSeconds(service.healthCheck) : 0,
  };
}

/** The count of a service that gets one from us: inside the bounds between which it will be scaled. */
export function initialCount({ desiredCount, scaling }: Service, asked: number | undefined): number {
  const count = asked ?? desiredCount;
  return scaling === undefined ? count : Math.min(scaling.max, Math.max(scaling.min, count));
}

/** The load balancer must not kill a task whose own health check has not had its chance yet. */
function graceSeconds(check: HealthCheck | undefined): number {
  return check === undefined ? 60 : check.startPeriodSeconds + check.intervalSeconds * check.retries;
}
