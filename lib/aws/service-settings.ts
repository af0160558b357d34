import type { Service as EcsService, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';

/** What a service is besides its definition and its count, as far as manifest and contract have a say in it. */
export type ServiceSettings = {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: 'ENABLED' | 'DISABLED';
  readonly targets: readonly LoadBalancedTarget[];
  /** ARNs of Cloud Map services. */
  readonly registries: readonly string[];
  /** FARGATE, FARGATE_SPOT, …; a service with a launch type shows that instead. */
  readonly capacity: readonly string[];
  /** How long the load balancer's opinion of a new task does not count. */
  readonly graceSeconds: number;
};

/** Where the load balancer sends requests. */
export type LoadBalancedTarget = { readonly targetGroup: string; readonly container: string; readonly port: number };

/** The part of UpdateService and CreateService that carries settings. */
export type SettingsInput = Pick<
  UpdateServiceCommandInput,
  | 'networkConfiguration'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'capacityProviderStrategy'
  | 'healthCheckGracePeriodSeconds'
>;

export function readSettings(service: EcsService): ServiceSettings {
  const network = service.networkConfiguration?.awsvpcConfiguration;
  const providers = (service.capacityProviderStrategy ?? []).map(({ capacityProvider = '' }) => capacityProvider);
  return {
    subnets: network?.subnets ?? [],
    securityGroups: network?.securityGroups ?? [],
    assignPublicIp: network?.assignPublicIp ?? 'DISABLED',
    targets: (service.loadBalancers ?? []).map(({ targetGroupArn = '', containerName = '', containerPort = 0 }) => ({
      targetGroup: targetGroupArn,
      container: containerName,
      port: containerPort,
    })),
    registries: (service.serviceRegistries ?? []).map(({ registryArn = '' }) => registryArn),
    capacity: providers.length > 0 ? providers : [service.launchType ?? 'FARGATE'],
    graceSeconds: service.healthCheckGracePeriodSeconds ?? 0,
  };
}

/** One difference, and what to send for it. */
export type SettingsChange = {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly input: SettingsInput;
  /** ECS takes it up with the next deployment only, which has to be forced. */
  readonly needsForce: boolean;
};

/** What has to be sent so that a service with the settings of `before` gets those of `after`; nothing else. */
export function compareSettings(before: ServiceSettings, after: ServiceSettings): readonly SettingsChange[] {
  return comparisons.flatMap(({ what, show, toInput, needsForce = false }) => {
    const [from, to] = [show(before), show(after)];
    return from === to ? [] : [{ what, from, to, input: toInput(after), needsForce }];
  });
}

/** All settings at once, for a service that is created. */
export function settingsInput(settings: ServiceSettings): SettingsInput {
  const inputs = comparisons.filter(({ isEmpty }) => isEmpty?.(settings) !== true);
  return Object.assign({}, ...inputs.map(({ toInput }) => toInput(settings)));
}

type Comparison = {
  readonly what: string;
  readonly show: (settings: ServiceSettings) => string;
  readonly toInput: (settings: ServiceSettings) => SettingsInput;
  /** CreateService need not be told. */
  readonly isEmpty?: (settings: ServiceSettings) => boolean;
  readonly needsForce?: boolean;
};

const comparisons: readonly Comparison[] = [
  {
    what: 'network',
    show: ({ subnets, securityGroups, assignPublicIp }) =>
      `${inOrder(subnets)}; ${inOrder(securityGroups)}; public address ${assignPublicIp.toLowerCase()}`,
    toInput: ({ subnets, securityGroups, assignPublicIp }) => ({
      networkConfiguration: {
        awsvpcConfiguration: { subnets: [...subnets], securityGroups: [...securityGroups], assignPublicIp },
      },
    }),
  },
  {
    what: 'load balancer',
    show: ({ targets }) => inOrder(targets.map(describeTarget)),
    toInput: ({ targets }) => ({
      loadBalancers: targets.map(({ targetGroup, container, port }) => ({
        targetGroupArn: targetGroup,
        containerName: container,
        containerPort: port,
      })),
    }),
    isEmpty: ({ targets }) => targets.length === 0,
  },
  {
    what: 'registry',
    show: ({ registries }) => inOrder(registries.map(lastPart)),
    toInput: ({ registries }) => ({ serviceRegistries: registries.map((registryArn) => ({ registryArn })) }),
    isEmpty: ({ registries }) => registries.length === 0,
  },
  {
    what: 'capacity',
    show: ({ capacity }) => inOrder(capacity),
    toInput: ({ capacity }) => ({
      capacityProviderStrategy: capacity.map((capacityProvider) => ({ capacityProvider, weight: 1 })),
    }),
    needsForce: true,
  },
  {
    what: 'health check grace',
    show: ({ graceSeconds, targets }) => (targets.length === 0 ? 'none' : `${graceSeconds} s`),
    // ECS refuses it for a service without a load balancer.
    toInput: ({ graceSeconds, targets }) =>
      targets.length === 0 ? {} : { healthCheckGracePeriodSeconds: graceSeconds },
  },
];

function describeTarget({ targetGroup, container, port }: LoadBalancedTarget): string {
  const [, name = targetGroup] = targetGroup.split('/');
  return `${name} → ${container}:${port}`;
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function inOrder(names: readonly string[]): string {
  return names.length === 0 ? 'none' : [...names].sort().join(', ');
}
