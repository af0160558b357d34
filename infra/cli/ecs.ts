import { ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { isNamed } from '../../lib/aws/errors.ts';
import type { Aws } from '../../lib/aws/session.ts';

/** Names of the services in a cluster; empty when there is no such cluster. */
export async function listServices(aws: Aws, cluster: string): Promise<readonly string[]> {
  const client = new ECSClient(aws.configuration);
  const found: string[] = [];
  let token: string | undefined;
  try {
    do {
      const page: { serviceArns?: string[] | undefined; nextToken?: string | undefined } = await aws.send(
        client,
        new ListServicesCommand({ cluster, maxResults: 100, nextToken: token }),
      );
      found.push(...(page.serviceArns ?? []).map((arn) => arn.split('/').at(-1) ?? arn));
      token = page.nextToken;
    } while (token !== undefined);
  } catch (error) {
    if (isNamed(error, 'ClusterNotFoundException')) return [];
    throw error;
  }
  return found.sort((left, right) => (left < right ? -1 : 1));
}
