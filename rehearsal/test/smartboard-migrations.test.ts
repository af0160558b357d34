import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { startDatabase, type Database } from '../../simulator/drivers/process/database.ts';
import { migrate, readiness, startService, stopServices } from './smartboard-world.ts';

const access = { user: 'smartboard', password: "it's/100%?", database: 'smartboard' };
const schemas = ['auth', 'tenants', 'datasets', 'analytics', 'dashboards'];
let database: Database;
beforeAll(async () => {
  database = await startDatabase({ endpoint: { host: '127.0.0.1', port: 0 }, ...access });
  await database.ready;
}, 60_000);
// Every test starts a handful of processes, on machines that may be busy.
jest.setTimeout(60_000);

afterEach(stopServices);
afterAll(() => database.close());

function urlOf(schema: string, password = access.password): string {
  const { host, port } = database.endpoint;
  return `postgresql://smartboard:${encodeURIComponent(password)}@${host}:${port}/smartboard?schema=${schema}&sslmode=disable`;
}

test('a service is ready once its schema is migrated, and not before', async () => {
  const service = await startService('svc-tenants', { DATABASE_URL_TENANTS: urlOf('tenants') });
  expect(await readiness(service)).toMatchObject({ status: 503, report: { needs: { database: 'not migrated yet' } } });
  expect((await migrate('svc-tenants', urlOf('tenants'))).code).toBe(0);
  const { status, report } = await readiness(service);
  expect(status).toBe(200);
  expect(report.schema).toEqual({ name: 'tenants', migrations: 1, latest: '001_tenants.sql' });
  const tenants = (await (await fetch(`${service.url}/tenants`)).json()) as { name: string }[];
  expect(tenants.map(({ name }) => name)).toEqual(['Smartboard itself']);
  expect(await service.stop()).toBe(0);
});

test('all five schemas migrate side by side, and a second time there is nothing to do', async () => {
  const first = await Promise.all(schemas.map((schema) => migrate(`svc-${schema}`, urlOf(schema))));
  expect(first.map(({ code, output }) => (code === 0 ? '' : output))).toEqual(['', '', '', '', '']);
  const { code, output } = await migrate('svc-auth', urlOf('auth'));
  expect(output).toContain('schema auth: up to date, nothing to do');
  expect(code).toBe(0);
});

test('a migrator that cannot sign in says so without the password', async () => {
  const { code, output } = await migrate('svc-auth', urlOf('auth', 'wrong-password'));
  expect(code).toBe(1);
  expect(output).toContain('migration failed: password authentication failed for user "smartboard"');
  expect(output).not.toContain('wrong-password');
});

test('a statement that fails names its file and leaves the schema as it was', async () => {
  // The tables of svc-auth belong to schema `auth`, which exists: the same statements fail there.
  const { code, output } = await migrate('svc-auth', urlOf('elsewhere'));
  expect(code).toBe(1);
  expect(output).toContain('migration failed: 001_accounts.sql: relation "accounts" already exists');
});
