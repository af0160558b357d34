import { DeleteServiceCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { ecs } from './ecs-client.ts';
import { isNamed } from './errors.ts';
import type { Aws } from './session.ts';

/** Names of all services of a cluster that are not gone. */
export async function listServiceNames(aws: Aws, cluster: string): Promise<readonly string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: { serviceArns?: string[] | undefined; nextToken?: string | undefined } = await aws.send(
      ecs(aws),
      new ListServicesCommand({ cluster, maxResults: 100, nextToken }),
    );
    names.push(...(page.serviceArns ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return names;
}

/** Deletes a service without tasks. One that is gone, or going, already is as it should be. */
export async function deleteService(aws: Aws, cluster: string, service: string): Promise<void> {
  try {
    await aws.send(ecs(aws), new DeleteServiceCommand({ cluster, service }));
  } catch (error) {
    if (!isNamed(error, 'ServiceNotFoundException', 'ServiceNotActiveException')) throw error;
  }
}
