import type { RequestHandler } from '../lib/aws/session.ts';
import type { Clock } from '../lib/core/world.ts';

/** The part of a simulated AWS that is needed to call it without a network. */
export type CallableCloud = {
  handle(request: {
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    body: Uint8Array;
  }): Promise<{
    status: number;
    headers: Readonly<Record<string, string>>;
    body: Uint8Array;
    broken?: 'reset' | 'truncated' | 'hang';
  }>;
};

/**
 * The simulated AWS as an SDK request handler: the same bytes as over HTTP, without sockets, so that a call takes no
 * time and settles in microtasks, which is what the virtual clock waits for.
 */
export function inProcess(cloud: CallableCloud): RequestHandler {
  const handler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      abortSignal?.throwIfAborted();
      const { status, headers, body, broken } = await cloud.handle({
        method: request.method,
        path: pathOf(request),
        headers: lowerCase({ host: hostOf(request), ...request.headers }),
        body: bytesOf(request.body),
      });
      if (broken === 'reset') throw connectionError('ECONNRESET', 'The connection was reset.');
      if (broken === 'hang') throw connectionError('ETIMEDOUT', 'The request timed out.');
      return { response: { statusCode: status, headers: { ...headers }, body: asRead(body) } };
    },
    destroy() {},
  };
  return handler as RequestHandler;
}

/** A simulated clock (`virtualClock`) as the actions want theirs; time passes only while everybody sleeps. */
export function clockOf(simulated: { now(): number; sleep(ms: number): Promise<void> }): Clock {
  return {
    now: () => simulated.now(),
    elapsed: () => simulated.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await simulated.sleep(ms);
      signal?.throwIfAborted();
    },
  };
}

type SdkRequest = {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

function pathOf({ path, query = {} }: SdkRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((item) => `${encodeURIComponent(name)}${item === null ? '' : `=${encodeURIComponent(item)}`}`),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function hostOf({ hostname, port }: SdkRequest): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError('a streaming body cannot be sent in process');
}

function asRead(body: Uint8Array): Uint8Array {
  return Buffer.from(body);
}

function connectionError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
