import type { WireResponse } from '../cloud.ts';

/** An answer with a text or binary body. */
export function answer(status: number, headers: Record<string, string>, body: string | Uint8Array = ''): WireResponse {
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** Plain JSON, for everything that is not an AWS protocol (control, GitHub). */
export function jsonAnswer(status: number, value: unknown): WireResponse {
  return answer(status, { 'content-type': 'application/json' }, `${JSON.stringify(value)}\n`);
}

export function xmlAnswer(status: number, body: string, headers: Record<string, string> = {}): WireResponse {
  return answer(status, { 'content-type': 'text/xml', ...headers }, `<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}
