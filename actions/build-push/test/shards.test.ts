import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Service } from '../../../lib/core/manifest/model.ts';
import { servicesOfShard } from '../src/shards.ts';
import { type Workshop, openWorkshop } from './workshop.ts';

const named = (...names: string[]) => names.map((name) => ({ name }) as Service);
const namesOf = (services: readonly Service[]) => services.map(({ name }) => name);

test('the longest builds are spread over the parts', () => {
  const services = named('a', 'b', 'c', 'd');
  const times = new Map([
    ['a', 100],
    ['b', 60],
    ['c', 50],
    ['d', 10],
  ]);
  const part = (number: number) => namesOf(servicesOfShard(services, { kind: 'part', number, of: 2 }, times));
  expect([part(1), part(2)]).toEqual([
    ['a', 'd'],
    ['b', 'c'],
  ]);
});

test('whatever the times, every service is in exactly one part, and no part is needlessly empty', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  const input = fc.record({
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 30 }),
    of: fc.integer({ min: 1, max: 9 }),
    times: fc.array(fc.tuple(name, fc.double({ min: 0, max: 1e4, noNaN: true }))),
  });
  fc.assert(
    fc.property(input, ({ names, of, times }) => {
      const parts = Array.from({ length: of }, (_, index) =>
        namesOf(servicesOfShard(named(...names), { kind: 'part', number: index + 1, of }, new Map(times))),
      );
      expect(parts.flat().sort()).toEqual([...names].sort());
      expect(parts.filter((part) => part.length > 0)).toHaveLength(Math.min(of, names.length));
    }),
  );
});

let workshop: Workshop;
afterEach(() => workshop?.close());

test('two parts build what is theirs, and a last job joins the digests by the commit', async () => {
  workshop = await openWorkshop();
  const first = await workshop.run({ shard: '1/2' });
  const second = await workshop.run({ shard: '2/2' });
  expect([first.error, second.error]).toEqual([undefined, undefined]);
  expect(first.outputs['release']).toBeUndefined();
  const parts = { ...images(first.outputs), ...images(second.outputs) };
  workshop.dockerCalls.length = 0;
  const joined = await workshop.run({ shard: 'join' });
  expect(joined.error).toBeUndefined();
  expect(images(joined.outputs)).toEqual(parts);
  expect(Object.keys(parts)).toEqual(['web', 'worker']);
  expect(joined.outputs['release']).toBe('20260101-cccccccccccc-1001-1');
  expect(workshop.dockerCalls).toEqual([]);
});

test('joining names every service that no part has built', async () => {
  workshop = await openWorkshop();
  await workshop.run({ shard: '1/2' });
  const { error, outputs } = await workshop.run({ shard: 'join' });
  expect(error).toMatchObject({ code: 'E_STATE', place: 'services.worker' });
  expect(outputs).toEqual({});
});

test('a part that was faster than its siblings does not change how they share the services out', async () => {
  workshop = await openWorkshop();
  const parts = async (runId: string) => {
    const [first, second] = [
      await workshop.run({ shard: '1/2' }, { runId }),
      await workshop.run({ shard: '2/2' }, { runId }),
    ];
    return [Object.keys(images(first.outputs)), Object.keys(images(second.outputs))];
  };
  expect(await parts('1001')).toEqual([['web'], ['worker']]);
  await workshop.noteBuildTimes({ web: 1, worker: 90 });
  const [one, two] = await parts('1002');
  expect([one, two]).toEqual([['worker'], ['web']]);
  expect(workshop.stage.writes().filter((name) => name === 'PutParameter').length).toBeGreaterThan(0);
});

function images(outputs: Readonly<Record<string, string>>): Record<string, string> {
  return JSON.parse(outputs['images']!) as Record<string, string>;
}
