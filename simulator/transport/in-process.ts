import { pass } from '../clock.ts';
import type { Cloud, WireRequest } from '../cloud.ts';

/** How long a client waits in process before it gives up on a call that hangs, in milliseconds of simulated time. */
const patience = 30_000;

/** The part of an SDK's HTTP request that is used here. */
type SdkRequest = {
  readonly method: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

type SdkResponse = { readonly statusCode: number; readonly headers: Record<string, string>; readonly body: Uint8Array };

/**
 * A `requestHandler` for clients of the AWS SDK that reaches the cloud without a socket: the same bytes, the same
 * faults, on a virtual clock if the cloud has one. Broken connections reject as Node's own handler does.
 */
export function inProcessHandler({ handle, clock }: Pick<Cloud, 'handle' | 'clock'>) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SdkRequest): Promise<{ response: SdkResponse }> {
      const answer = await handle(wireRequest(request));
      if (answer.broken === 'reset') throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      if (answer.broken === 'hang') {
        await pass(patience, clock);
        throw Object.assign(new Error('The call timed out.'), { name: 'TimeoutError' });
      }
      const body = answer.broken === 'truncated' ? answer.body.subarray(0, answer.body.length / 2) : answer.body;
      return { response: { statusCode: answer.status, headers: { ...answer.headers }, body } };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function wireRequest({ method, hostname, port, path, query = {}, headers, body }: SdkRequest): WireRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((item) => `${encodeURIComponent(name)}=${encodeURIComponent(item ?? '')}`),
  );
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method,
    path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: { host: port === undefined ? hostname : `${hostname}:${port}`, ...Object.fromEntries(lower) },
    body: bytesOf(body),
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError('In process a request body is text or bytes, not a stream.');
}
