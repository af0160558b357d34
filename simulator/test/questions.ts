import type { Authorization, ConditionValues } from '../authorization.ts';
import { simulateAws } from '../aws.ts';
import { inProcessHandler } from '../transport/in-process.ts';
import { jobRole } from './account.ts';

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };

/** Clients of a role that may do everything, and what IAM was asked about a call. The call itself may fail. */
export async function judged() {
  const cloud = simulateAws();
  await cloud.provision([jobRole('*', [allowAll])]);
  const session = cloud.iam.sessionFor('arn:aws:iam::111122223333:role/deploy', 'job');
  const credentials = {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.Token,
  };
  const requestHandler = inProcessHandler(cloud) as never;
  const configuration = { region: 'eu-west-1', credentials, maxAttempts: 1, requestHandler };
  const asked = async (call: Promise<unknown>) => {
    const before = cloud.iam.authorizations().length;
    await call.catch(() => undefined);
    return cloud.iam.authorizations().slice(before).map(question);
  };
  return { cloud, configuration, asked };
}

export type Question = readonly [action: string, resource: string, conditions: ConditionValues];
const question = ({ action, resource, conditions }: Authorization): Question => [action, resource, conditions];

export const regional = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
export const ecs = (resource: string) => regional('ecs', resource);
export const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
export const onCluster = { 'ecs:cluster': ecs('cluster/prod') };
export const toTasks = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };

export type Configuration = Awaited<ReturnType<typeof judged>>['configuration'];
