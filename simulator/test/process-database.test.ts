import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { startDatabase, type Database } from '../drivers/process/database.ts';

const access = { user: 'smartboard', password: "p%2F!'()*&=+ ?#[]", database: 'smartboard' };
let database: Database;
beforeAll(async () => {
  database = await startDatabase({ endpoint: { host: '127.0.0.1', port: 0 }, ...access });
  await database.ready;
}, 60_000);
afterAll(() => database.close());

async function connect(changed: Partial<typeof access> = {}): Promise<pg.Client> {
  const client = new pg.Client({ ...database.endpoint, ...access, ...changed });
  await client.connect();
  return client;
}

test('a client with the right password, whatever is in it, is let in', async () => {
  const client = await connect();
  const { rows } = await client.query('select $1::int + 1 as sum', [41]);
  expect(rows).toEqual([{ sum: 42 }]);
  await client.end();
});

test.each([
  ['password', { password: 'p' }, '28P01'],
  ['user', { user: 'someone' }, '28P01'],
  ['database', { database: 'elsewhere' }, '3D000'],
])('a wrong %s is refused with the code PostgreSQL has for it', async (_what, changed, code) => {
  await expect(connect(changed)).rejects.toMatchObject({ code });
});

test('a statement error leaves the connection usable', async () => {
  const client = await connect();
  await expect(client.query('selec')).rejects.toMatchObject({ code: '42601' });
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
});

test('a transaction keeps its turn while others wait', async () => {
  const [one, other] = await Promise.all([connect(), connect()]);
  await one.query('create schema turns');
  await one.query('create table turns.log (word text)');
  await one.query('begin');
  await one.query("insert into turns.log values ('first')");
  const waiting = other.query("insert into turns.log values ('second')");
  await one.query("insert into turns.log values ('still first')");
  await one.query('commit');
  await waiting;
  const { rows } = await one.query<{ word: string }>('select word from turns.log');
  expect(rows.map(({ word }) => word)).toEqual(['first', 'still first', 'second']);
  await Promise.all([one.end(), other.end()]);
});

test('a client that breaks off in a transaction leaves nothing of it', async () => {
  const [broken, other] = await Promise.all([connect(), connect()]);
  broken.on('error', () => {});
  await broken.query('begin');
  await broken.query('create schema abandoned');
  (broken as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  const { rows } = await other.query("select 1 from information_schema.schemata where schema_name = 'abandoned'");
  expect(rows).toEqual([]);
  await other.end();
});

test('many clients at once each get their own answers', async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => connect()));
  const answers = await Promise.all(clients.map((client, index) => client.query('select $1::int as mine', [index])));
  expect(answers.map(({ rows }) => (rows[0] as { mine: number }).mine)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await Promise.all(clients.map((client) => client.end()));
});

test('a changed password is asked of whoever comes from then on; who is in stays', async () => {
  const before = await connect();
  await database.changePassword('another one');
  await expect(connect()).rejects.toMatchObject({ code: '28P01' });
  const after = await connect({ password: 'another one' });
  expect((await before.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await Promise.all([before.end(), after.end()]);
  await database.changePassword(access.password);
});
