import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import type { Target } from '../cloud.ts';
import { listenOn } from '../drivers/process/control.ts';
import { openFrontDoor, type FrontDoor } from '../drivers/process/front-door.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** A front door with one target, or none. */
async function doorTo(endpoint?: { host: string; port: number }): Promise<FrontDoor> {
  const route = (): Target | undefined =>
    endpoint && { id: endpoint.host, port: endpoint.port, probe: () => Promise.resolve(200) };
  const network = { reach: (host: string, port: number) => ({ host, port }) };
  const door = await openFrontDoor({ loadBalancerArn: 'arn', port: 0, elb: { route }, network });
  open.push(door);
  return door;
}

async function target(answer: RequestListener): Promise<{ host: string; port: number }> {
  const server: Server = createServer(answer);
  open.push({ close: () => (server.close(), server.closeAllConnections()) });
  return listenOn(server, { host: '127.0.0.1', port: 0 });
}

test('a request arrives with its body, and with where it came from', async () => {
  const door = await doorTo(
    await target((request, response) => {
      response.writeHead(201, {
        'x-seen': `${request.method} ${request.url} ${String(request.headers['x-forwarded-for'])}`,
      });
      request.pipe(response);
    }),
  );
  const answer = await fetch(`${door.url}/api/x?y=1`, {
    method: 'POST',
    body: 'content',
    headers: { 'x-forwarded-for': '10.1.2.3' },
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('x-seen')).toBe('POST /api/x?y=1 10.1.2.3, 127.0.0.1');
  expect(await answer.text()).toBe('content');
});

test('an event stream arrives while it is still being written', async () => {
  const events = await target((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
  });
  const answer = await fetch((await doorTo(events)).url);
  const { value } = await answer.body!.getReader().read();
  expect(Buffer.from(value).toString()).toBe('data: first\n\n');
});

test('a client that leaves ends the request at the target', async () => {
  let left: () => void;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const events = await target((_request, response) => {
    response.on('close', () => left()).write('data: first\n\n');
  });
  const leave = new AbortController();
  await fetch((await doorTo(events)).url, { signal: leave.signal });
  leave.abort();
  await expect(gone).resolves.toBeUndefined();
});

test('no healthy target is 503, a target that does not answer 502', async () => {
  const nobody = await fetch((await doorTo()).url);
  expect([nobody.status, await nobody.text()]).toEqual([503, expect.stringContaining('No target is healthy')]);
  expect((await fetch((await doorTo({ host: '127.0.0.1', port: 1 })).url)).status).toBe(502);
});

test('a target that breaks off before it answers is 502', async () => {
  const breaking = await target((request) => request.socket.destroy());
  expect((await fetch((await doorTo(breaking)).url)).status).toBe(502);
});

test('a port that is taken is an error that says which', async () => {
  const { url } = await doorTo();
  const port = Number(new URL(url).port);
  const second = openFrontDoor({
    loadBalancerArn: 'arn',
    port,
    elb: { route: () => undefined },
    network: { reach: () => undefined },
  });
  await expect(second).rejects.toThrow(`The front door's port ${port} is in use.`);
});
