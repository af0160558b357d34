import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { deploy, migrate, type Prepared } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';
import { formsOf } from './forms.ts';

/** Errors with their causes and stacks, and what AWS's client has attached to them. */
function textsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { name, message, stack = '', ...attached } = error as Error & { remedy?: string };
  const { remedy = '' } = error as { remedy?: string };
  return [name, message, remedy, stack, JSON.stringify(attached) ?? '', ...textsOf(error.cause)];
}

/** All that leaves the steps, apart from what Secrets Manager was given; every file that they have written included. */
async function sinksOf(stage: Stage, runs: readonly StepRun[]): Promise<string> {
  const files = (await readdir(stage.directory, { recursive: true, withFileTypes: true })).filter((one) =>
    one.isFile(),
  );
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
  const said = runs.map(({ lines, warnings, outputs, state, jobEnvironment, summary, report, error }) => [
    JSON.stringify([lines, warnings, outputs, state, jobEnvironment, summary, report]),
    [...lines, ...warnings, summary].join('\n'),
    textsOf(error).join('\n'),
  ]);
  return [...said.flat(), ...texts, JSON.stringify(stage.calls)].join('\n');
}

const hostile = fc
  .array(fc.constantFrom(...Array.from('abcXYZ019!\'()*%&=+#?/:@[]{}|\\^"<>`$;, ~üß漢🔑\n\t')), {
    minLength: 8,
    maxLength: 48,
  })
  .map((characters) => characters.join(''));

/** What goes wrong; AWS repeats in its message what it was given. */
const troubles = ['none', 'PutSecretValue', 'CreateSecret', 'BatchGetSecretValue', 'RunTask', 'UpdateService'] as const;

function disturb(stage: Stage, trouble: (typeof troubles)[number], said: string): void {
  const message = `bad ${said}`;
  const rule = { operation: `*:${trouble}`, kind: 'error', code: 'ValidationException', message } as const;
  stage.setFaults(trouble === 'none' ? [] : [rule]);
}

/** A release with these secrets as far as it gets; answers with each step, and with the URLs that were composed. */
async function release(stage: Stage): Promise<{ runs: readonly StepRun[]; urls: readonly string[] }> {
  const configured = await stage.run('config-env', configEnv, {});
  if (configured.error !== undefined) return { runs: [configured], urls: [] };
  const file = configured.outputs['config'] ?? '';
  const config = JSON.parse(await readFile(file, 'utf8'));
  const arns = Object.values<any>(config.services).flatMap(({ derived }) => derived.map((one: any) => one.arn));
  const names = [...stage.manifest.services.keys()];
  const images = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await stage.push(name)])));
  const prepared: Prepared = { images, inputs: { images: JSON.stringify(images), config: file } };
  const runs = [configured, await migrate(stage, prepared), await deploy(stage, prepared)];
  return { runs, urls: arns.map((arn) => stage.cloud.secrets.valueFrom(arn)) };
}

const leaks = (text: string, secrets: readonly string[]) =>
  secrets.flatMap(formsOf).filter((form) => text.includes(form)).length;

test('no secret and no composed URL, in any encoding, reaches a sink of any step, whatever goes wrong', async () => {
  let released = 0;
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, fc.constantFrom(...troubles), async (password, token, jwt, trouble) => {
      const stage = await openStage({ manifest: smallManifest });
      try {
        const credentials = JSON.stringify({ username: 'smartboard', password });
        await stage.byHand.putSecret('smartboard/rds/credentials', credentials);
        await stage.byHand.putSecret('smartboard/redis/auth-token', token);
        await stage.byHand.putSecret('smartboard/app/jwt-secret', jwt.repeat(4));
        const isGivenSecrets = trouble === 'PutSecretValue' || trouble === 'CreateSecret';
        disturb(stage, trouble, isGivenSecrets ? password : 'input');
        const { runs, urls } = await release(stage);
        if (runs.length > 1) released++;
        const text = await sinksOf(stage, runs);
        expect(leaks(text, [password, token, jwt, ...urls])).toBe(0);
        expect(urls.length === 0 || [password, token].every((one) => runs[0]?.masks.has(one))).toBe(true);
      } finally {
        await stage.close();
      }
    }),
    { numRuns: 25, seed: 20261125 },
  );
  expect(released).toBeGreaterThan(5);
});

test('an AWS that repeats a secret in its refusal is not quoted', async () => {
  const stage = await openStage({ manifest: smallManifest });
  const password = 'p%40ss!w0rd#of/the?database';
  await stage.byHand.putSecret('smartboard/rds/credentials', JSON.stringify({ username: 'smartboard', password }));
  disturb(stage, 'CreateSecret', password);
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toMatchObject({ code: 'E_REMOTE', message: expect.stringContaining('ValidationException') });
  const { lines, warnings, outputs, summary, error } = run;
  const text = [...lines, ...warnings, JSON.stringify(outputs), summary, ...textsOf(error)].join('\n');
  expect(leaks(text, [password])).toBe(0);
  await stage.close();
});

test('the oracle finds a secret in each of its forms', () => {
  const secret = 'p4ss+"wörd&<one>/two';
  expect(formsOf(secret).length).toBeGreaterThanOrEqual(12);
  for (const form of formsOf(secret)) expect(leaks(`before ${form} after`, [secret])).toBeGreaterThan(0);
});

test('user name, host, port and database are not masked, so that every later output survives', async () => {
  const stage = await openStage({ manifest: smallManifest });
  const run = await stage.run('config-env', configEnv, {});
  expect(run.masks.size).toBeGreaterThan(0);
  for (const open of ['smartboard', '5432', 'cache.not-simulated.invalid']) expect(run.masks.has(open)).toBe(false);
  await stage.close();
});
