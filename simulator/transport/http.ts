import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cloud, WireRequest, WireResponse } from '../cloud.ts';

/** An image layer of the size that a rehearsal pushes; more is refused rather than held in memory. */
const largestBody = 1024 ** 3;

export type Listening = {
  readonly url: string;
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
};

/** Serves the cloud over HTTP. Rejects with the system's error, e.g. EADDRINUSE. */
export async function listen(
  handle: Cloud['handle'],
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer((request, response) => {
    serve(handle, request, response).catch(() => request.destroy());
  });
  // SDKs keep connections for reuse; closing them first would look like a fault.
  server.keepAliveTimeout = 60_000;
  await opened(server, host, port);
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(handle: Cloud['handle'], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) {
    response.writeHead(413).end();
    return;
  }
  send(await handle(wireRequest(request, body)), request, response);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length);
}

function wireRequest(request: IncomingMessage, body: Uint8Array): WireRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body,
  };
}

function send(answer: WireResponse, request: IncomingMessage, response: ServerResponse): void {
  if (answer.broken === 'hang') return;
  if (answer.broken === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, { 'content-length': String(answer.body.length), ...answer.headers });
  if (answer.broken === 'truncated') {
    response.write(answer.body.subarray(0, answer.body.length / 2), () => request.socket.destroy());
    return;
  }
  response.end(answer.body);
}
