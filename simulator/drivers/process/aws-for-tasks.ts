import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Cloud } from '../../cloud.ts';
import { closeServer, listenOn } from './control.ts';
import type { Endpoint, Network } from './network.ts';

type TasksCloud = Pick<Cloud, 'handle'> & { readonly iam: Pick<Cloud['iam'], 'sessionFor'> };

/**
 * What a task finds of AWS: the credentials of its role, as the ECS agent serves them, and every API of the simulated
 * cloud, on an address of the run (inside a task 127.0.0.1 is the task itself).
 */
export type AwsForTasks = {
  readonly endpoint: Endpoint;
  /** Variables that let an AWS SDK find the credentials of this role. */
  environmentFor(roleArn: string, taskId: string): Record<string, string>;
  forget(taskId: string): void;
  close(): Promise<void>;
};

const credentialsPath = '/v2/credentials/';
const maxBodyBytes = 64 * 1024 * 1024;

export async function startAwsForTasks(network: Network, cloud: TasksCloud): Promise<AwsForTasks> {
  const grants = new Map<string, { roleArn: string; token: string }>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith(credentialsPath))
      return answerCredentials(path.slice(credentialsPath.length), request, response);
    forward(request, response, cloud).catch((error: Error) => response.destroy(error));
  });
  const endpoint = await listenOn(server, network.bindFor(`${network.prefix}.1`, 0));
  const origin = `http://${endpoint.host}:${endpoint.port}`;

  /** https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
  function answerCredentials(id: string, request: IncomingMessage, response: ServerResponse): void {
    const grant = grants.get(id);
    const isAllowed = grant !== undefined && request.headers.authorization === grant.token;
    const answer = isAllowed ? { RoleArn: grant.roleArn, ...cloud.iam.sessionFor(grant.roleArn, id) } : {};
    response.writeHead(isAllowed ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  return {
    endpoint,
    environmentFor(roleArn, taskId) {
      const token = randomBytes(24).toString('hex');
      grants.set(taskId, { roleArn, token });
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}${credentialsPath}${taskId}`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      };
    },
    forget: (taskId) => void grants.delete(taskId),
    close: () => closeServer(server),
  };
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  cloud: Pick<Cloud, 'handle'>,
): Promise<void> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new Error('the request is larger than the simulator takes');
    parts.push(part);
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const method = request.method ?? 'GET';
  const answer = await cloud.handle({ method, path: request.url ?? '/', headers, body: Buffer.concat(parts) });
  if (answer.broken !== undefined) return void response.destroy();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
