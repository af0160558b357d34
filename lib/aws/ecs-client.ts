import { ECSClient } from '@aws-sdk/client-ecs';
import type { Aws } from './session.ts';

const clients = new WeakMap<Aws['configuration'], ECSClient>();

/** One client per session, shared by the modules about services, tasks and task definitions. */
export function ecs(aws: Aws): ECSClient {
  const client = clients.get(aws.configuration) ?? new ECSClient(aws.configuration);
  clients.set(aws.configuration, client);
  return client;
}
