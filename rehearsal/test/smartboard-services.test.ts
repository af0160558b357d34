import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { longSecret, readiness, startService, stopServices } from './smartboard-world.ts';

afterEach(stopServices);

const noRedis = 'rediss://:token@cache.not-simulated.invalid:6379';

test('web needs nothing and shows a page without a single request to elsewhere', async () => {
  const web = await startService('web');
  expect(await readiness(web)).toMatchObject({ status: 200, report: { service: 'web', ready: true } });
  const page = await (await fetch(web.url)).text();
  expect(page).toContain('<h1>Smartboard</h1>');
  expect(page).not.toMatch(/https?:\/\//);
});

test('the gateway is not ready until everything it needs is set, and says what is missing', async () => {
  const gateway = await startService('gateway', {
    JWT_SECRET: longSecret,
    SESSION_SECRET: 'short',
  });
  const { status, report } = await readiness(gateway);
  expect(status).toBe(503);
  expect(report.needs).toEqual({
    configuration: expect.stringContaining('not set: AUTH_BASE_URL'),
    secrets: 'shorter than 32 characters: SESSION_SECRET',
  });
});

test('a Redis that is not simulated does not stand in the way of readiness', async () => {
  const realtime = await startService('svc-realtime', { REDIS_URL: noRedis });
  expect(await readiness(realtime)).toMatchObject({ status: 200, report: { needs: { redis: 'not simulated' } } });
});

test('a real Redis is asked, with its token', async () => {
  const asked: string[] = [];
  const redis = createServer((socket) => {
    socket.on('data', (part) => {
      asked.push(part.toString());
      socket.write('+OK\r\n+PONG\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  const { port } = redis.address() as { port: number };
  const realtime = await startService('svc-realtime', { REDIS_URL: `redis://:to%2Fken@127.0.0.1:${port}` });
  expect(await readiness(realtime)).toMatchObject({ status: 200, report: { needs: { redis: 'ready' } } });
  expect(asked[0]).toBe('*2\r\n$4\r\nAUTH\r\n$6\r\nto/ken\r\n*1\r\n$4\r\nPING\r\n');
  redis.close();
});

test('a Redis that does not answer makes the service not ready', async () => {
  const realtime = await startService('svc-realtime', { REDIS_URL: 'redis://127.0.0.1:1' });
  const { status, report } = await readiness(realtime);
  expect(status).toBe(503);
  expect(report.needs['redis']).toBe('Redis does not answer (ECONNREFUSED)');
});

test('events come through the gateway while they happen, and private paths do not', async () => {
  const realtime = await startService('svc-realtime', { REDIS_URL: noRedis });
  const gateway = await startService('gateway', { REALTIME_BASE_URL: realtime.url });
  const answer = await fetch(`${gateway.url}/api/realtime/events`);
  const first = await answer.body!.getReader().read();
  expect(Buffer.from(first.value).toString()).toMatch(/^event: tick\n/);
  expect((await fetch(`${gateway.url}/api/realtime/internal/claims`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/api/constructor/x`)).status).toBe(404);
});

test('status tells of every service, also of those that are silent', async () => {
  const silent = 'http://127.0.0.1:1';
  const names = ['AUTH', 'TENANTS', 'DATASETS', 'ANALYTICS', 'DASHBOARDS', 'REALTIME'];
  const gateway = await startService('gateway', Object.fromEntries(names.map((name) => [`${name}_BASE_URL`, silent])));
  const { services } = (await (await fetch(`${gateway.url}/api/status`)).json()) as { services: { ready: boolean }[] };
  expect(services).toHaveLength(8);
  expect(services.some(({ ready }) => ready)).toBe(false);
});

test('no service starts with DEV_BYPASS_AUTH in production', async () => {
  const production = { NODE_ENV: 'production', DEV_BYPASS_AUTH: 'false' };
  await expect(startService('web', production)).rejects.toThrow('DEV_BYPASS_AUTH must not be set in production');
});

test('SIGTERM ends a service with 0, also in the middle of a stream', async () => {
  const realtime = await startService('svc-realtime', { REDIS_URL: noRedis });
  const stream = await fetch(`${realtime.url}/events`);
  expect(await realtime.stop()).toBe(0);
  await stream.body?.cancel().catch(() => {});
});
