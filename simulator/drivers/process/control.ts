import { createServer, type Server } from 'node:http';
import type { Endpoint, Network } from './network.ts';

/** What tasks of a run ask the simulator about their network. See `inside/network.cjs`, its only client. */
export type ControlServer = { readonly endpoint: Endpoint; close(): Promise<void> };

/**
 * - `GET /resolve?name=svc-auth.smartboard.internal` answers a list of addresses, empty when nobody has that name
 * - `GET /reach?address=…&port=…` answers the real `{host, port}`, or 404 when nothing listens there
 * - `GET /listening?port=…&real=…` notes where a task really listens
 */
export async function startControl(
  network: Network,
  resolve: (name: string) => readonly string[],
): Promise<ControlServer> {
  const questions: Record<string, (query: URLSearchParams, task: string) => unknown> = {
    '/resolve': (query) => resolve(query.get('name') ?? ''),
    '/reach': (query) => network.reach(query.get('address') ?? '', Number(query.get('port'))),
    '/listening': (query, task) => {
      network.publish(task, Number(query.get('port')), Number(query.get('real')));
      return {};
    },
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control');
    // A task is known by its address, which it sends: in `ports` all of them connect from 127.0.0.1.
    const answer = questions[pathname]?.(searchParams, String(request.headers['x-simulated-address']));
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  });
  const endpoint = await listenOn(server, network.bindFor(`${network.prefix}.1`, 0));
  return { endpoint, close: () => closeServer(server) };
}

/** Listens and says where. */
export function listenOn(server: Server, { host, port }: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}

/** Ends at once, open connections included. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
