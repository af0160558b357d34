import { notSimulated } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import type { DeploymentConfiguration, DeploymentConfigurationInput } from './service-shape.ts';
import type { ServiceTarget } from './state.ts';

/** Defaults of a REPLICA service that rolls. */
const defaultConfiguration: DeploymentConfiguration = {
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  deploymentCircuitBreaker: {
    enable: false,
    rollback: false,
    resetOnHealthyTask: true,
    thresholdConfiguration: { type: 'BOUNDED_PERCENT', value: 50 },
  },
  alarms: { alarmNames: [], enable: false, rollback: false },
  strategy: 'ROLLING',
  bakeTimeInMinutes: 0,
  lifecycleHooks: [],
  earlySuccessCriteria: undefined,
  linearConfiguration: undefined,
  canaryConfiguration: undefined,
};

/** The deployment configuration after a change; what is not named stays, and other strategies' settings go. */
export function changedConfiguration(
  wanted: DeploymentConfigurationInput = {},
  before = defaultConfiguration,
): DeploymentConfiguration {
  const named = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  const changed = { ...before, ...(named as Partial<DeploymentConfiguration>) };
  const { strategy } = changed;
  for (const [owner, setting] of [
    ['LINEAR', 'linearConfiguration'],
    ['CANARY', 'canaryConfiguration'],
    ['ROLLING', 'earlySuccessCriteria'],
  ] as const)
    if (strategy !== owner && wanted[setting] !== undefined)
      throw invalidParameter(`${setting} is only valid with the deployment strategy ${owner}.`);
  return {
    ...changed,
    linearConfiguration:
      strategy === 'LINEAR'
        ? (changed.linearConfiguration ?? { stepPercent: 10, stepBakeTimeInMinutes: 6 })
        : undefined,
    canaryConfiguration:
      strategy === 'CANARY'
        ? (changed.canaryConfiguration ?? { canaryPercent: 5, canaryBakeTimeInMinutes: 10 })
        : undefined,
    earlySuccessCriteria: strategy === 'ROLLING' ? changed.earlySuccessCriteria : undefined,
  };
}

/** What AWS refuses, and what AWS has and the simulator has not, of a configuration for such a service. */
export function checkConfiguration(configuration: DeploymentConfiguration, target: ServiceTarget): void {
  checkHooks(configuration);
  checkEarlySuccess(configuration);
  if (configuration.strategy === 'ROLLING') {
    if (configuration.bakeTimeInMinutes > 0) throw notSimulated('the bake time of a rolling deployment');
    return;
  }
  if (target.registries.length > 0)
    throw invalidParameter(`Service discovery is not supported with the strategy ${configuration.strategy}.`);
  if (target.loadBalancers.some(({ advancedConfiguration }) => advancedConfiguration === undefined))
    throw invalidParameter(
      `advancedConfiguration is required on every load balancer with the strategy ${configuration.strategy}.`,
    );
}

function checkHooks({ lifecycleHooks, strategy }: DeploymentConfiguration): void {
  for (const { targetType, lifecycleStages } of lifecycleHooks) {
    if (targetType === 'AWS_LAMBDA') throw notSimulated('lifecycle hooks of type AWS_LAMBDA');
    const shift = lifecycleStages.find(
      (stage) => stage === 'TEST_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT',
    );
    if (shift !== undefined) throw invalidParameter(`PAUSE hooks cannot be configured at ${shift}.`);
  }
  if (lifecycleHooks.length > 0 && strategy === 'ROLLING')
    throw notSimulated('lifecycle hooks of a rolling deployment');
}

function checkEarlySuccess({ earlySuccessCriteria, minimumHealthyPercent }: DeploymentConfiguration): void {
  if (earlySuccessCriteria?.enable !== true) return;
  const { healthyPercent, sourceServiceRevisionCleanup } = earlySuccessCriteria;
  if (healthyPercent === undefined || sourceServiceRevisionCleanup === undefined)
    throw invalidParameter(
      'healthyPercent and sourceServiceRevisionCleanup must be specified when earlySuccessCriteria is enabled.',
    );
  if (healthyPercent < minimumHealthyPercent)
    throw invalidParameter('healthyPercent must be greater than or equal to minimumHealthyPercent.');
}
