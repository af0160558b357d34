import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DeleteSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { imageReference } from '../../../lib/aws/task-definition-compose.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import type { SimulatedCloud } from '../../../simulator/aws.ts';
import { inProcess } from '../../in-process.ts';

/** What people do in the console while an action works. */
export type ByHand = {
  /** Registers the service's definition with another image and deploys it. */
  deploy(service: string, digest: string): Promise<void>;
  scale(service: string, desired: number): Promise<void>;
  putSecret(name: string, value: string): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  /** When ECS said that the service's newest deployment was completed; milliseconds since the epoch. */
  completedAt(service: string): Promise<number>;
};

export function byHand(cloud: SimulatedCloud, { application, environment }: SelectedManifest): ByHand {
  const configuration = {
    region: cloud.region,
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: inProcess(cloud),
  };
  const ecs = new ECSClient(configuration);
  const secrets = new SecretsManagerClient(configuration);
  const cluster = `${application}-${environment.name}`;
  const nameOf = (service: string) => `${application}-${service}`;

  return {
    async deploy(service, digest) {
      const family = `${cluster}-${service}`;
      const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }));
      const { cpu, memory, executionRoleArn, taskRoleArn, networkMode, requiresCompatibilities } = taskDefinition ?? {};
      const image = imageReference(environment, nameOf(service), digest);
      const containerDefinitions = (taskDefinition?.containerDefinitions ?? []).map((one) => ({ ...one, image }));
      const registered = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          cpu,
          memory,
          executionRoleArn,
          taskRoleArn,
          networkMode,
          requiresCompatibilities,
          containerDefinitions,
        }),
      );
      const revision = registered.taskDefinition?.taskDefinitionArn;
      await ecs.send(new UpdateServiceCommand({ cluster, service: nameOf(service), taskDefinition: revision }));
    },
    async scale(service, desiredCount) {
      await ecs.send(new UpdateServiceCommand({ cluster, service: nameOf(service), desiredCount }));
    },
    async putSecret(SecretId, SecretString) {
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
    async deleteSecret(SecretId) {
      await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    },
    async completedAt(service) {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [nameOf(service)] }));
      const event = services?.[0]?.events?.find(({ message }) => message?.includes('deployment completed') === true);
      return event?.createdAt?.getTime() ?? Number.NaN;
    },
  };
}
