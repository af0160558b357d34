import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as fc from 'fast-check';
import { inProcess } from '../../../rehearsal/in-process.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';

/** Every way in which someone may write a secret down. Short or common forms prove nothing and are left out. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const component = encodeURIComponent(secret);
  const forms = [
    secret,
    component,
    component.toLowerCase(),
    component.replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`),
    new URLSearchParams({ v: secret }).toString().slice(2),
    bytes.toString('base64'),
    Buffer.concat([Buffer.from('x'), bytes])
      .toString('base64')
      .slice(4),
    Buffer.concat([Buffer.from('xx'), bytes])
      .toString('base64')
      .slice(4),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    Array.from(secret).toReversed().join(''),
  ];
  return forms.filter((form) => form.length >= 6);
}

/** All that leaves the step, apart from what Secrets Manager was given. */
async function sinksOf({ lines, warnings, outputs, state, summary, error }: StepRun): Promise<string> {
  const file = outputs['config'] === undefined ? '' : await readFile(outputs['config'], 'utf8');
  const causes: unknown[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) causes.push(cause.message, cause.stack);
  return (
    JSON.stringify([lines, warnings, outputs, state, summary, causes]) +
    file +
    [...lines, ...warnings, summary].join('\n')
  );
}

async function putSecrets(stage: Stage, { password, jwt }: { password: string; jwt: string }): Promise<void> {
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const client = new SecretsManagerClient({ region: 'eu-west-1', credentials, requestHandler: inProcess(stage.cloud) });
  const put = (SecretId: string, SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  await put('smartboard/rds/credentials', JSON.stringify({ username: 'smartboard', password }));
  await put('smartboard/app/jwt-secret', jwt);
}

const hostile = fc
  .array(fc.constantFrom(...Array.from('abcXYZ019!\'()*%&=+#?/:@[]{}|\\^"<>`$;, ~üß漢🔑\n\t')), {
    minLength: 8,
    maxLength: 48,
  })
  .map((characters) => characters.join(''));

test('no secret, in any encoding, reaches a log, an output, the summary or an error, whether it is accepted or not', async () => {
  const stage = await openStage({ manifest: smallManifest });
  await fc.assert(
    fc.asyncProperty(hostile, hostile, fc.boolean(), async (password, jwt, broken) => {
      await putSecrets(stage, { password, jwt });
      if (broken)
        stage.setFaults([
          {
            operation: 'secretsmanager:PutSecretValue',
            kind: 'error',
            code: 'ValidationException',
            message: `bad ${password}`,
          },
        ]);
      const run = await stage.run('config-env', configEnv, {});
      stage.setFaults([]);
      const text = await sinksOf(run);
      const found = [...formsOf(password), ...formsOf(jwt)].filter((form) => text.includes(form));
      expect(found.length).toBe(0);
      expect(run.error !== undefined || run.masks.has(password)).toBe(true);
    }),
    { numRuns: 25, seed: 20261123 },
  );
  await stage.close();
});

test('user name, host, port and database are not masked, so that every later output survives', async () => {
  const stage = await openStage({ manifest: smallManifest });
  const run = await stage.run('config-env', configEnv, {});
  expect(run.masks.size).toBeGreaterThan(0);
  for (const open of ['smartboard', '5432', 'cache.not-simulated.invalid']) expect(run.masks.has(open)).toBe(false);
  await stage.close();
});
