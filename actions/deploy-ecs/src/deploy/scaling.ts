import type { ScalingMetric, ScalingTarget, TrackingPolicy } from '../../../../lib/aws/autoscaling.ts';
import type { Service } from '../../../../lib/core/manifest/model.ts';

/** One call to Application Auto Scaling. */
export type ScalingStep = { readonly service: string } & (
  | { readonly kind: 'bounds'; readonly min: number; readonly max: number }
  | { readonly kind: 'policy'; readonly policy: NamedPolicy }
  | { readonly kind: 'drop-policy'; readonly name: string }
  /** Policies go with it. */
  | { readonly kind: 'end' }
);

export type NamedPolicy = TrackingPolicy & {
  readonly name: string;
  readonly metric: ScalingMetric;
  readonly value: number;
};

export type ScalingWish = {
  /** Name of the ECS service. */
  readonly service: string;
  readonly scaling: Service['scaling'];
  /** What counts the requests; undefined where nothing does. */
  readonly resourceLabel: string | undefined;
};

/**
 * How Application Auto Scaling calls what counts the requests of a target group:
 * `app/<load balancer>/<id>/targetgroup/<target group>/<id>`, from the two ARNs.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
 */
export function requestCountLabel(
  targetGroup: string | undefined,
  loadBalancer: string | undefined,
): string | undefined {
  if (targetGroup === undefined || loadBalancer === undefined) return undefined;
  const group = targetGroup.slice(targetGroup.lastIndexOf(':') + 1);
  return `${loadBalancer.slice(loadBalancer.indexOf(mark) + mark.length)}/${group}`;
}

const mark = ':loadbalancer/';

/** What has to be called so that the services are scaled as the manifest says: nothing where that is so already. */
export function planScaling(
  wishes: readonly ScalingWish[],
  observed: ReadonlyMap<string, ScalingTarget>,
): readonly ScalingStep[] {
  return wishes.flatMap((wish) => {
    const found = observed.get(wish.service);
    return wish.scaling === undefined ? planEnd(wish.service, found) : planOne(wish, wish.scaling, found);
  });
}

function planOne(
  wish: ScalingWish,
  { min, max, ...held }: NonNullable<Service['scaling']>,
  found: ScalingTarget | undefined,
): readonly ScalingStep[] {
  const { service } = wish;
  const wanted = policiesOf(wish, held);
  const names = new Set(wanted.map(({ name }) => name));
  const stale = ourPolicies(service, found).filter((name) => !names.has(name));
  return [
    ...(found?.min === min && found.max === max ? [] : [{ service, kind: 'bounds', min, max } as const]),
    ...wanted
      .filter((policy) => !isSamePolicy(policy, found?.policies.get(policy.name)))
      .map((policy) => ({ service, kind: 'policy', policy }) as const),
    ...stale.map((name) => ({ service, kind: 'drop-policy', name }) as const),
  ];
}

/** Scaling that the manifest no longer has ends, if it is ours: policies of others stay, and the bounds with them. */
function planEnd(service: string, found: ScalingTarget | undefined): readonly ScalingStep[] {
  const ours = ourPolicies(service, found);
  if (found === undefined || ours.length === 0) return [];
  if (ours.length === found.policies.size) return [{ service, kind: 'end' }];
  return ours.map((name) => ({ service, kind: 'drop-policy', name }));
}

function policiesOf(
  { service, resourceLabel }: ScalingWish,
  held: { readonly [Kind in Held]?: number },
): readonly NamedPolicy[] {
  return kinds.flatMap((kind) => {
    const value = held[kind];
    if (value === undefined) return [];
    const label = kind === 'requests' ? resourceLabel : undefined;
    return [{ name: policyName(service, kind), metric: metrics[kind], value, resourceLabel: label }];
  });
}

type Held = 'cpu' | 'memory' | 'requests';
const kinds: readonly Held[] = ['cpu', 'memory', 'requests'];
const metrics: Readonly<Record<Held, ScalingMetric>> = {
  cpu: 'ECSServiceAverageCPUUtilization',
  memory: 'ECSServiceAverageMemoryUtilization',
  requests: 'ALBRequestCountPerTarget',
};

/** By these names policies of ours are known again, so they never change. */
function policyName(service: string, kind: Held): string {
  return `${service}-${kind}`;
}

function ourPolicies(service: string, found: ScalingTarget | undefined): readonly string[] {
  return kinds.map((kind) => policyName(service, kind)).filter((name) => found?.policies.has(name) === true);
}

function isSamePolicy(wanted: NamedPolicy, found: TrackingPolicy | undefined): boolean {
  return (
    found?.metric === wanted.metric && found.value === wanted.value && found.resourceLabel === wanted.resourceLabel
  );
}
