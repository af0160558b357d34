import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { TaskDriver } from '../drivers/driver.ts';
import { closeDrivers, driverWith, runTask } from './process-world.ts';

// Every test starts a handful of processes, on machines that may be busy.
jest.setTimeout(60_000);

afterEach(closeDrivers);

const modules = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../node_modules');
const name = 'svc-auth.smartboard.internal';

const server = `
  const answer = (request, response) => response.end('hello from ' + request.headers.host);
  require('node:http').createServer(answer).listen(4010, () => console.log('listening'));
`;

/** Each is the body of an async function in a task, and logs what it got. */
const clients: Readonly<Record<string, string>> = {
  'global fetch': `console.log(await (await fetch('http://${name}:4010/')).text())`,
  'node:http': `
    const http = require('node:http');
    http.get('http://${name}:4010/', (answer) => answer.on('data', (part) => console.log(String(part))))`,
  'node:http with an agent that keeps connections': `
    const http = require('node:http');
    const agent = new http.Agent({ keepAlive: true });
    http.get({ host: '${name}', port: 4010, agent }, (answer) => answer.on('data', (part) => {
      console.log(String(part));
      agent.destroy();
    }))`,
  undici: `
    const { request } = require('undici');
    console.log(await (await request('http://${name}:4010/')).body.text())`,
  axios: `console.log((await require('axios').get('http://${name}:4010/')).data)`,
  'a bare socket': `
    const socket = require('node:net').connect(4010, '${name}');
    socket.write('GET / HTTP/1.1\\r\\nhost: ${name}:4010\\r\\nconnection: close\\r\\n\\r\\n');
    socket.on('data', (part) => console.log(String(part).split('\\r\\n').at(-1)))`,
  'an ES module import': `
    const { default: http } = await import('node:http');
    const { lookup } = await import('node:dns/promises');
    await lookup('${name}');
    http.get('http://${name}:4010/', (answer) => answer.on('data', (part) => console.log(String(part))))`,
};

const run = (code: string) => ({
  'app/index.js': `(async () => {${code}})().catch((error) => console.log(error.code, error.message))`,
});

for (const network of ['addresses', 'ports'] as const) {
  describe(`with a network of ${network}`, () => {
    const names = new Map<string, readonly string[]>();
    let driver: TaskDriver;
    beforeEach(() => {
      driver = driverWith({ network }, { discovery: { resolve: (wanted) => names.get(wanted) ?? [], fix: () => {} } });
    });

    test('every client finds a service by its Cloud Map name', async () => {
      const service = await runTask(driver, { 'app/index.js': server });
      names.set(name, [service.task.address]);
      await service.line('listening');
      const environment = { NODE_PATH: modules };
      for (const [client, code] of Object.entries(clients)) {
        const seen = await runTask(driver, run(code), { environment });
        expect([client, await seen.line('')]).toEqual([client, `hello from ${name}:4010`]);
        expect((await seen.exit).code).toBe(0);
      }
    });

    test('localhost is the task itself', async () => {
      const code = `
        const server = require('node:http').createServer((request, response) => response.end('me'));
        server.listen(3000, '127.0.0.1', async () => {
          for (const host of ['localhost', '127.0.0.1', '[::1]']) console.log(await (await fetch('http://' + host + ':3000')).text());
          console.log(JSON.stringify(server.address()));
          server.close();
          server.closeAllConnections();
        })`;
      const other = await runTask(driver, { 'app/index.js': server.replace('4010', '3000') });
      await other.line('listening');
      const seen = await runTask(driver, run(code));
      expect(await seen.exit).toMatchObject({ code: 0 });
      const address = { address: seen.task.address, family: 'IPv4', port: 3000 };
      expect(seen.lines).toEqual(['me', 'me', 'me', JSON.stringify(address)]);
    });

    test('a name that nobody has, and a port where nobody listens, fail as they do elsewhere', async () => {
      const service = await runTask(driver, { 'app/index.js': server });
      names.set(name, [service.task.address]);
      await service.line('listening');
      const code = `
        const codes = [];
        for (const url of ['http://svc-none.smartboard.internal:4010', 'http://example.com', 'http://${name}:4999'])
          await fetch(url).catch((error) => codes.push(error.cause.code));
        console.log(codes.join(' '))`;
      const seen = await runTask(driver, run(code));
      expect(await seen.line('')).toBe('ENOTFOUND ENOTFOUND ECONNREFUSED');
    });
  });
}

test('every function of dns asks the simulator', async () => {
  const addresses = ['127.9.9.10', '127.9.9.11'];
  const discovery = { resolve: (wanted: string) => (wanted === name ? addresses : []), fix: () => {} };
  const driver = driverWith({}, { discovery });
  const code = `
    const dns = require('node:dns');
    const { promisify } = require('node:util');
    const show = (value) => console.log(JSON.stringify(value));
    show(await dns.promises.lookup('${name}'));
    show(await dns.promises.lookup('${name}', { all: true, family: 4 }));
    show(await promisify(dns.lookup)('${name}'));
    show(await dns.promises.resolve('${name}'));
    show(await dns.promises.resolve4('${name}', { ttl: true }));
    show(await new dns.promises.Resolver().resolve4('${name}'));
    show(await dns.promises.resolve6('${name}').catch((error) => error.code));
    show(await dns.promises.lookup('${name}', 6).catch((error) => error.code));
    dns.resolve4('${name}', (error, value) => show(value));`;
  const seen = await runTask(driver, run(code));
  await seen.exit;
  const first = { address: addresses[0], family: 4 };
  expect(seen.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    first,
    addresses.map((address) => ({ address, family: 4 })),
    first,
    addresses,
    addresses.map((address) => ({ address, ttl: 0 })),
    addresses,
    'ENOTFOUND',
    'ENOTFOUND',
    addresses,
  ]);
});
