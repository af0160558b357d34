import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Cloud } from '../../cloud.ts';
import { closeServer, listenOn } from './control.ts';
import type { Network } from './network.ts';

/** A load balancer that a browser can reach: its listener rules on a port of 127.0.0.1. */
export type FrontDoor = { readonly url: string; close(): Promise<void> };

export type FrontDoorOptions = {
  readonly loadBalancerArn: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly elb: Pick<Cloud['elb'], 'route'>;
  readonly network: Pick<Network, 'reach'>;
};

/**
 * Opens the door; rejects with a clear word when the port is taken. Answers 502, 503 and 504 where an Application Load Balancer does:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export async function openFrontDoor({ loadBalancerArn, port, elb, network }: FrontDoorOptions): Promise<FrontDoor> {
  const server = http.createServer((request, response) => {
    const target = elb.route(loadBalancerArn, request.url ?? '/');
    if (target === undefined) return refuse(response, 503, 'No target is healthy. Is the service still starting?');
    const endpoint = network.reach(target.id, target.port);
    if (endpoint === undefined) return refuse(response, 502, 'The target does not listen.');
    return void forward(request, response, endpoint);
  });
  const { port: actual } = await listenOn(server, { host: '127.0.0.1', port }).catch(explainPort);
  return { url: `http://127.0.0.1:${actual}`, close: () => closeServer(server) };
}

function explainPort(error: NodeJS.ErrnoException & { port?: number }): never {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new Error(`The front door's port ${error.port} is in use. Choose another one, or 0 for a free one.`);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout */
const idleTimeoutMs = 60_000;

async function forward(request: IncomingMessage, response: ServerResponse, endpoint: { host: string; port: number }) {
  const { method, url } = request;
  const upstream = http.request({
    ...endpoint,
    method,
    path: url,
    headers: forwardedHeaders(request),
    timeout: idleTimeoutMs,
  });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve).once('error', reject);
    upstream.once('timeout', () => upstream.destroy(Object.assign(new Error('idle'), { code: 'ETIMEDOUT' })));
  });
  // Who leaves takes the request along; otherwise an event stream would run on for nobody.
  response.once('close', () => upstream.destroy());
  try {
    request.pipe(upstream);
    const received = await answer;
    response.writeHead(received.statusCode ?? 502, endToEnd(received.headers));
    response.flushHeaders();
    await pipeline(received, response);
  } catch (error) {
    const isLate = error instanceof Error && 'code' in error && error.code === 'ETIMEDOUT';
    if (response.headersSent) response.destroy();
    else
      refuse(response, isLate ? 504 : 502, isLate ? 'The target took too long.' : 'The target broke the connection.');
  }
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html */
function forwardedHeaders({ headers, socket }: IncomingMessage): IncomingHttpHeaders {
  const client = socket.remoteAddress ?? '127.0.0.1';
  const before = headers['x-forwarded-for'];
  return {
    ...endToEnd(headers),
    'x-forwarded-for': before === undefined ? client : `${String(before)}, ${client}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(socket.localPort),
  };
}

/** Headers that belong to one connection (RFC 9110, section 7.6.1) stay behind. */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.has(name)));
}

const titles: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

function refuse(response: ServerResponse, status: number, why: string): void {
  const title = titles[status] ?? String(status);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html><title>${title}</title><h1>${title}</h1><p>${why}</p>\n`);
}
