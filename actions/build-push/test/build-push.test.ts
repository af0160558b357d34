import { afterEach, expect, test } from '@jest/globals';
import { type Workshop, openWorkshop } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

test('every image is built, pushed by digest, read back and tagged with the commit', async () => {
  workshop = await openWorkshop();
  const run = await workshop.run();
  expect(run.error).toBeUndefined();
  const images = JSON.parse(run.outputs['images']!) as Record<string, string>;
  expect(Object.keys(images)).toEqual(['web', 'worker']);
  expect(run.outputs['release']).toBe(`20260101-${'c'.repeat(12)}-1001-1`);
  expect(workshop.stage.writes()).toEqual(['PutManifest', 'PutManifest', 'PutImage', 'PutImage']);
});
