import http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { answerJson } from './http.js';

/** Headers that belong to one connection (RFC 9110, section 7.6.1). */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
]);

/** Hands a request to a service and its answer back, piece by piece, so that event streams flow. */
export async function pass(request, response, url) {
  const upstream = http.request(url, { method: request.method, headers: withoutConnection(request.headers) });
  // A browser that leaves ends the service's work too.
  response.on('close', () => upstream.destroy());
  const answer = new Promise((resolve, reject) => upstream.once('response', resolve).once('error', reject));
  try {
    request.pipe(upstream);
    const received = await answer;
    response.writeHead(received.statusCode, withoutConnection(received.headers));
    response.flushHeaders();
    await pipeline(received, response);
  } catch {
    if (response.headersSent) response.destroy();
    else answerJson(response, 502, { error: `${url.host} does not answer` });
  }
}

function withoutConnection(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.has(name)));
}
