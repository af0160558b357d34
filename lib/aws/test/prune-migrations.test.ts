import { beforeEach, expect, test } from '@jest/globals';
import type { MigrationEnd } from '../../core/ledger.ts';
import { migrationsPath } from '../../core/names.ts';
import { readAttempts, writeAttempt } from '../ledger/migrations.ts';
import { pruneMigrations } from '../ledger/prune-migrations.ts';
import { getParametersByPath, putParameter } from '../ssm.ts';
import { type LedgerWorld, ledgerWorld, runName, where } from './ledger-world.ts';

let world: LedgerWorld;
beforeEach(() => void (world = ledgerWorld()));

const digestOf = (at: number) => `sha256:${String(at).padStart(64, '0')}`;
const nameOf = (at: number, migration = 'svc-auth/0') =>
  `${migrationsPath(where)}/${migration}-${String(at).padStart(16, '0')}`;

/** One attempt at a migration of the image with this number, a minute after the one before. */
async function attempt(at: number, outcome: MigrationEnd | undefined, migration?: string): Promise<void> {
  const { aws } = world;
  await world.clock.advance(60_000);
  const before = await readAttempts(aws, nameOf(at, migration));
  const began = { number: 1, token: '', taskDefinition: 'm:1', digest: digestOf(at), at: '', run: runName('1') };
  const ended = outcome === undefined ? began : { ...began, outcome };
  await writeAttempt(aws, nameOf(at, migration), { before, attempt: ended, nonce: world.nonce() });
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

async function kept(): Promise<readonly string[]> {
  return [...(await getParametersByPath(world.aws, migrationsPath(where))).keys()].toSorted();
}

test('of each migration the newest twenty stay', async () => {
  for (const at of numbers(1, 25)) await attempt(at, 'succeeded');
  for (const at of numbers(1, 20)) await attempt(at, 'succeeded', 'svc-auth/1');
  await pruneMigrations(world.aws, where);
  const others = numbers(1, 20).map((at) => nameOf(at, 'svc-auth/1'));
  expect(await kept()).toEqual([...numbers(6, 25).map((at) => nameOf(at)), ...others].toSorted());
});

test('one that was asked for again is a new one', async () => {
  for (const at of numbers(1, 25)) await attempt(at, 'succeeded');
  await attempt(3, 'succeeded');
  await pruneMigrations(world.aws, where);
  expect(await kept()).toEqual([3, ...numbers(7, 25)].map((at) => nameOf(at)));
});

test('what has not ended stays, and what a release names, whatever version has written it', async () => {
  const { aws } = world;
  for (const at of numbers(1, 30)) await attempt(at, at === 2 ? undefined : at === 3 ? 'failed' : 'succeeded');
  const records = {
    one: { schema: 1, services: { web: { digest: digestOf(4) } } },
    two: { schema: 7, images: [digestOf(5)] },
  };
  for (const [id, record] of Object.entries(records)) {
    const value = JSON.stringify(record);
    await putParameter(aws, { name: `/smartboard/prod/releases/${id}`, value, overwrite: false });
  }
  await pruneMigrations(aws, where);
  expect(await kept()).toEqual([2, 4, 5, ...numbers(11, 30)].map((at) => nameOf(at)));
});

test('entries that cannot be read stay however old they are', async () => {
  const { aws } = world;
  const values = [
    'x',
    '{"schema":2}',
    '{"schema":1,"attempts":[{"outcome":"succeeded","digest":"d"}],"nonce":"x","after":7}',
    '{"schema":1,"attempts":[{"outcome":"succeeded"}],"nonce":"x","after":0}',
  ];
  for (const [at, value] of values.entries()) await putParameter(aws, { name: nameOf(at), value, overwrite: false });
  for (const at of numbers(10, 31)) await attempt(at, 'succeeded');
  await pruneMigrations(aws, where);
  expect(await kept()).toEqual([0, 1, 2, 3, ...numbers(12, 31)].map((at) => nameOf(at)));
});

test('a run that is killed in between leaves the rest to the next one', async () => {
  for (const at of numbers(1, 45)) await attempt(at, 'succeeded');
  world.cloud.setFaults([{ operation: 'ssm:DeleteParameters', kind: 'error', code: 'AccessDeniedException', from: 2 }]);
  await expect(pruneMigrations(world.aws, where)).rejects.toMatchObject({ code: 'E_REMOTE' });
  expect(await kept()).toHaveLength(35);
  world.cloud.setFaults([]);
  await pruneMigrations(world.aws, where);
  expect(await kept()).toEqual(numbers(26, 45).map((at) => nameOf(at)));
});

test('where there is nothing to forget, releases are not even looked at', async () => {
  for (const at of numbers(1, 20)) await attempt(at, 'succeeded');
  const seen = world.calls.length;
  await pruneMigrations(world.aws, where);
  expect(world.calls.slice(seen).map(({ operation }) => operation)).toEqual(Array(2).fill('GetParametersByPath'));
});
