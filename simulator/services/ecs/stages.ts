import type { DeploymentConfiguration } from './service-shape.ts';

export type LifecycleStage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP';

/** One stage on the way of a deployment that shifts traffic. */
export type Step = {
  readonly stage: LifecycleStage;
  /** Percent of traffic that the new revision is given on entering. */
  readonly testWeight?: number;
  readonly productionWeight?: number;
  /** How long it lasts at least, beside the moment that every stage takes. */
  readonly minutes?: number;
};

export const stageOf = ({ route, at }: { readonly route: readonly Step[]; readonly at: number }): LifecycleStage =>
  route[at]!.stage;

/** Where a deployment stands on its route, and how much traffic it has. */
type Position = { readonly route: readonly Step[]; at: number; testWeight: number; productionWeight: number };

/** The former revision has all traffic again, and what is left is cleaned up. */
export function turnBack(position: Position | undefined): void {
  if (position === undefined) return;
  position.testWeight = 0;
  position.productionWeight = 0;
  position.at = position.route.length - 1;
}

/**
 * Every stage that a deployment goes through, in order. A first deployment has nothing to shift from, so it bakes
 * nowhere; one that finds several revisions reconciles them first.
 */
export function routeOf(
  configuration: DeploymentConfiguration,
  { isFirst, reconciles }: { readonly isFirst: boolean; readonly reconciles: boolean },
): readonly Step[] {
  const shifts = isFirst ? [{ productionWeight: 100 }] : shiftsOf(configuration);
  return [
    ...(reconciles ? [{ stage: 'RECONCILE_SERVICE' } as const] : []),
    { stage: 'PRE_SCALE_UP' },
    { stage: 'SCALE_UP' },
    { stage: 'POST_SCALE_UP' },
    { stage: 'TEST_TRAFFIC_SHIFT', testWeight: 100 },
    { stage: 'POST_TEST_TRAFFIC_SHIFT' },
    ...shifts.flatMap((shift): Step[] => [
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', ...shift },
    ]),
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT' },
    { stage: 'BAKE_TIME', minutes: isFirst ? 0 : configuration.bakeTimeInMinutes },
    { stage: 'CLEAN_UP' },
  ];
}

type Shift = { readonly productionWeight: number; readonly minutes?: number };

/** Production traffic, step by step; the last step gives all of it and bakes no longer. */
function shiftsOf(configuration: DeploymentConfiguration): readonly Shift[] {
  const { linearConfiguration: linear, canaryConfiguration: canary } = configuration;
  const last: Shift = { productionWeight: 100 };
  if (canary !== undefined && canary.canaryPercent < 100)
    return [{ productionWeight: canary.canaryPercent, minutes: canary.canaryBakeTimeInMinutes }, last];
  if (linear === undefined) return [last];
  const steps = Math.ceil(100 / linear.stepPercent - 1e-9) - 1;
  const partial = Array.from({ length: steps }, (_, at) => ({
    productionWeight: Math.round(linear.stepPercent * (at + 1) * 10) / 10,
    minutes: linear.stepBakeTimeInMinutes,
  }));
  return [...partial, last];
}
