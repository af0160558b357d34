import { Readable } from 'node:stream';
import type { Clock } from '../../core/world.ts';
import type { RequestHandler } from '../session.ts';

/** One scripted answer of a fake AWS. */
export type Answer = () => { statusCode: number; headers: Record<string, string>; body: Readable };

export function answers(body: string, contentType = 'application/x-amz-json-1.1'): Answer {
  return () => ({
    statusCode: 200,
    headers: { 'content-type': contentType },
    body: Readable.from([Buffer.from(body)]),
  });
}

export function refuses(statusCode: number, type: string, message: string): Answer {
  return () => ({
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Readable.from([Buffer.from(JSON.stringify({ __type: type, message }))]),
  });
}

/** As STS refuses: Query protocol, XML. */
export function refusesInXml(statusCode: number, code: string, message: string): Answer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return () => ({ statusCode, headers: { 'content-type': 'text/xml' }, body: Readable.from([Buffer.from(body)]) });
}

export function brokenConnection(code: string): Answer {
  return () => {
    throw Object.assign(new Error(`the connection broke (${code})`), { code });
  };
}

export type SentRequest = { readonly headers: Record<string, string> };

/** Plays the answers in order; the last one again and again. */
export function fakeTransport(script: readonly Answer[]): { handler: RequestHandler; requests: SentRequest[] } {
  const requests: SentRequest[] = [];
  const handle = async (request: SentRequest) => {
    const answer = script[Math.min(requests.length, script.length - 1)]!;
    requests.push({ headers: request.headers });
    return { response: answer() };
  };
  return { handler: { handle, metadata: { handlerProtocol: 'http/1.1' } } as RequestHandler, requests };
}

/** A clock on which sleeping takes no time. */
export function patientClock(startMs = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): void } {
  let elapsed = 0;
  return {
    now: () => startMs + elapsed,
    elapsed: () => elapsed,
    sleep: async (ms) => void (elapsed += ms),
    after: () => () => undefined,
    advance: (ms) => void (elapsed += ms),
  };
}
