import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Stage } from '../../../rehearsal/test/stage/stage.ts';
import { rootSession } from './ledger-of.ts';

export const cluster = 'smartboard-prod';

/** ECS with the root's rights: for what other tools do, and for what the simulator shows only there. */
export function ecsOf(stage: Stage): ECSClient {
  return new ECSClient(rootSession(stage).configuration);
}

export async function serviceOf(stage: Stage, name: string): Promise<Service | undefined> {
  const services = [`smartboard-${name}`];
  const answer = await ecsOf(stage).send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] }));
  return answer.services?.[0];
}

export async function definitionOf(stage: Stage, name: string): Promise<TaskDefinition | undefined> {
  return (await ecsOf(stage).send(new DescribeTaskDefinitionCommand({ taskDefinition: name }))).taskDefinition;
}

/** A service that another tool has made and that stands: without our tags, with a definition of its own. */
export async function createForeign(
  stage: Stage,
  name: string,
  definition: RegisterTaskDefinitionCommandInput,
): Promise<void> {
  const ecs = ecsOf(stage);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definition));
  const network = await networkOf(stage);
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: `smartboard-${name}`,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: network,
    }),
  );
  await letRegister(stage, definition.family ?? '');
  await passTime(stage, 120);
}

/** Whoever made a service says who may change it: the deploying role is given its family. */
async function letRegister(stage: Stage, family: string): Promise<void> {
  const Resource = `arn:aws:ecs:eu-west-1:111122223333:task-definition/${family}:*`;
  const statement = { Effect: 'Allow', Action: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'], Resource };
  await stage.cloud.provision([
    {
      id: 'family-of-others',
      type: 'AWS::IAM::Policy',
      properties: {
        PolicyName: 'family-of-others',
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
        Roles: ['smartboard-prod-deploy'],
      },
    },
  ]);
}

export async function passTime(stage: Stage, seconds: number): Promise<void> {
  await rootSession(stage).clock.sleep(seconds * 1000);
}

/** That of a service of ours, which has been deployed before. */
async function networkOf(stage: Stage): Promise<Service['networkConfiguration']> {
  return (await serviceOf(stage, 'svc-auth'))?.networkConfiguration;
}

/** The next run reads this manifest. */
export async function rewriteManifest(stage: Stage, text: string): Promise<void> {
  await writeFile(join(stage.directory, 'slipway.yml'), text);
}
