import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { synthesise } from '../infra/synthesis.ts';
import { Trouble } from '../trouble.ts';
import { smallManifest } from './stage/smartboard.ts';

/** How the infra app is run for a rehearsal; what it makes is tested elsewhere. */

let cache: string;
beforeEach(async () => void (cache = await mkdtemp(join(tmpdir(), 'synthesis-test-'))));
afterEach(() => rm(cache, { recursive: true, force: true }));

const wishOf = (text: string) => ({ text, selected: selectEnvironment(parseManifest(smallManifest), 'prod') });
const goOn = new AbortController().signal;

test('an app that fails is told in its own words, and nothing of it is kept', async () => {
  const broken = synthesise(wishOf('services: none\n'), goOn, cache);
  await expect(broken).rejects.toBeInstanceOf(Trouble);
  await expect(synthesise(wishOf('services: none\n'), goOn, cache)).rejects.toThrow(
    /did not synthesise.*\n[^]*services/,
  );
}, 60_000);

test('somebody who ends the rehearsal ends the app', async () => {
  const controller = new AbortController();
  const synthesis = synthesise(wishOf(smallManifest), controller.signal, cache);
  controller.abort(new Error('Ctrl-C'));
  await expect(synthesis).rejects.toThrow();
});
