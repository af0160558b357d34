import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TaskDriver } from '../drivers/driver.ts';
import { closeDrivers, driverWith, runTask } from './process-world.ts';

afterEach(closeDrivers);

const server = `
  const http = require('node:http');
  http.createServer((request, response) => {
    response.statusCode = request.url === '/health/ready' ? 200 : 404;
    response.end();
  }).listen(Number(process.env.PORT), () => console.log('listening'));
`;

for (const network of ['addresses', 'ports'] as const) {
  describe(`with a network of ${network}`, () => {
    let driver: TaskDriver;
    beforeEach(() => {
      driver = driverWith({ network });
    });

    test('a task is started from its layers and answers on its own address', async () => {
      const seen = await runTask(driver, { 'app/index.js': server }, { environment: { PORT: '3000' } });
      await seen.line('listening');
      expect(await seen.task.probe(3000, '/health/ready', 1000)).toBe(200);
      expect(await seen.task.probe(3000, '/elsewhere', 1000)).toBe(404);
      expect(await seen.task.probe(3001, '/', 1000)).toBeUndefined();
    });

    test('two tasks listen on the same port side by side', async () => {
      const first = await runTask(driver, { 'app/index.js': server }, { environment: { PORT: '3000' } });
      const second = await runTask(driver, { 'app/index.js': server }, { environment: { PORT: '3000' } });
      await Promise.all([first.line('listening'), second.line('listening')]);
      expect(first.task.address).not.toBe(second.task.address);
      expect(await second.task.probe(3000, '/health/ready', 1000)).toBe(200);
    });

    test('the health check command reaches the task it belongs to', async () => {
      const check =
        "fetch('http://127.0.0.1:'+process.env.PORT+'/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))";
      const healthCheck = { command: ['CMD', 'node', '-e', check], timeoutSeconds: 5 };
      const container = { environment: { PORT: '3000' }, healthCheck };
      const healthy = await runTask(driver, { 'app/index.js': server }, container);
      await healthy.line('listening');
      expect(await healthy.task.checkHealth('app')).toBe(true);
      const idle = await runTask(
        driver,
        { 'app/index.js': 'setInterval(() => {}, 1000); console.log("idle")' },
        container,
      );
      await idle.line('idle');
      expect(await idle.task.checkHealth('app')).toBe(false);
    });
  });
}
