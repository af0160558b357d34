import {
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  type Service,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Stage } from '../../../../rehearsal/test/stage/stage.ts';
import { cluster, ecsOf } from '../by-others.ts';
import type { Dice } from './chance.ts';

/** What befalls a service in the middle of a release, by AWS itself or by other people. */
export type Fate = {
  readonly name: string;
  /** As the manifest calls it. */
  readonly service: string;
  /** After the release's first change. */
  readonly afterSeconds: number;
  /** A release has to succeed all the same. */
  readonly isHarmless: boolean;
};

type Deed = (stage: Stage, service: string) => unknown;

const harmless: Readonly<Record<string, Deed>> = {
  'the autoscaler wants two': ({ cloud }, service) => cloud.ecs.service(ecsName(service)).scaleTo(2),
  'the autoscaler wants one': ({ cloud }, service) => cloud.ecs.service(ecsName(service)).scaleTo(1),
  'a zone is rebalanced': ({ cloud }, service) => cloud.ecs.service(ecsName(service)).rebalance(),
  'Spot takes a task': ({ cloud }, service) =>
    cloud.ecs
      .service(ecsName(service))
      .tasks()
      .slice(0, 1)
      .forEach((arn) => cloud.ecs.interrupt(arn, 'SpotInterruption')),
  'a task is retired': ({ cloud }, service) =>
    cloud.ecs
      .service(ecsName(service))
      .tasks()
      .slice(0, 1)
      .forEach((arn) => cloud.ecs.retire(arn)),
  'a task crashes once': ({ cloud }, service) =>
    cloud.ecs
      .service(ecsName(service))
      .tasks()
      .slice(0, 1)
      .forEach((arn) => cloud.ecs.crash(arn)),
  'no capacity for a while': ({ cloud }) => void (cloud.ecs.settings.placementFailures += 2),
  'ECS throttles itself': ({ cloud }) => void (cloud.ecs.settings.launchThrottles += 2),
  'no network interface once': ({ cloud }) =>
    void cloud.ecs.settings.startFailures.push('Timeout waiting for network interface provisioning to complete.'),
};

const hostile: Readonly<Record<string, Deed>> = {
  'someone deploys another image': async (stage, service) =>
    stage.byHand.deploy(service, await stage.push(service, { version: 'by hand' })),
  'someone forces a new deployment': async (stage, service) => {
    const input = { cluster, service: ecsName(service), forceNewDeployment: true };
    await ecsOf(stage).send(new UpdateServiceCommand(input));
  },
  'someone stops the rollout': async (stage, service) => {
    const rollout = (await shown(stage, service))?.currentServiceDeployment;
    if (rollout !== undefined)
      await ecsOf(stage).send(
        new StopServiceDeploymentCommand({ serviceDeploymentArn: rollout, stopType: 'ROLLBACK' }),
      );
  },
  'someone scales to nothing': (stage, service) => stage.byHand.scale(service, 0),
  'someone deletes the service': (stage, service) =>
    ecsOf(stage).send(new DeleteServiceCommand({ cluster, service: ecsName(service), force: true })),
  'someone deregisters the old revision': async (stage, service) => {
    const old = (await shown(stage, service))?.deployments?.at(-1)?.taskDefinition;
    await ecsOf(stage).send(new DeregisterTaskDefinitionCommand({ taskDefinition: old }));
  },
};

export function drawFate(dice: Dice, service: string): Fate {
  const isHarmless = dice.happens(0.7);
  const names = Object.keys(isHarmless ? harmless : hostile);
  const name = dice.pick([names[0] ?? '', ...names.slice(1)]);
  return { name, service, isHarmless, afterSeconds: dice.upTo(80) };
}

/** A service that is not there is left alone by fate. */
export async function befall(stage: Stage, { name, service }: Fate): Promise<void> {
  if (!stage.cloud.ecs.truth().some((one) => one.service === ecsName(service))) return;
  await Promise.resolve((harmless[name] ?? hostile[name])?.(stage, service)).catch(() => undefined);
}

export function ecsName(service: string): string {
  return `smartboard-${service}`;
}

async function shown(stage: Stage, service: string): Promise<Service | undefined> {
  const answer = await ecsOf(stage).send(new DescribeServicesCommand({ cluster, services: [ecsName(service)] }));
  return answer.services?.[0];
}
