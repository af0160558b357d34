import { Readable } from 'node:stream';
import { ActionError } from '../core/errors.ts';
import { inTime } from './impatient.ts';
import type { Aws } from './session.ts';

/** The part of the SDK's request handlers that fetches: connections and their limits are those of the client. */
type Fetcher = {
  handle(request: never): Promise<{ response: { readonly statusCode: number; readonly body?: unknown } }>;
};

const longestMs = 4_000;
const mostBytes = 4 * 1024 * 1024;

/** What a presigned link leads to, up to 4 MiB. Throws E_REMOTE when it does not come within four seconds. */
export async function download(aws: Pick<Aws, 'clock'>, fetcher: Fetcher, link: string): Promise<Uint8Array> {
  const { protocol, hostname, port, pathname, searchParams } = new URL(link);
  const request = {
    method: 'GET',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host: port === '' ? hostname : `${hostname}:${port}` },
  };
  return inTime(aws, longestMs, async () => {
    try {
      // The handlers' type wants a class of the SDK's; they read these members alone.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { response } = await fetcher.handle(request as never);
      if (response.statusCode !== 200) throw failed(`it answered ${response.statusCode}`);
      return await collect(response.body);
    } catch (error) {
      throw error instanceof ActionError ? error : failed('the connection broke', error);
    }
  });
}

async function collect(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  if (!(body instanceof Readable)) throw failed('it has no body');
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > mostBytes) throw failed('it is larger than expected');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Links carry a signature, so none is named. */
function failed(why: string, cause?: unknown): ActionError {
  return new ActionError('E_REMOTE', `The registry's link could not be followed: ${why}.`, {
    remedy: 'Run the job again when the network is well.',
    cause,
  });
}
