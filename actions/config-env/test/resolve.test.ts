import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage, type StepRun } from '../../../rehearsal/test/stage/stage.ts';
import { configEnv } from '../src/main.ts';

let stage: Stage;
afterEach(() => stage.close());

async function configOf({ outputs }: StepRun): Promise<ResolvedConfig> {
  return JSON.parse(await readFile(outputs['config'] ?? '', 'utf8')) as ResolvedConfig;
}

test('resolves every variable to a literal or a complete ARN, and composes URLs into derived secrets', async () => {
  stage = await openStage({ manifest: smallManifest });
  stage.forgetCalls();
  const run = await stage.run('config-env', configEnv, {});
  expect(run.error).toBeUndefined();
  const { services } = await configOf(run);
  expect(services['web']?.environment).toEqual({
    PORT: '3000',
    AUTH_BASE_URL: 'http://svc-auth.smartboard.internal:4010',
    DATASETS_BUCKET: 'smartboard-datasets-prod',
  });
  expect(services['svc-auth']?.secrets).toMatchObject({
    NODE_ENV: 'arn:aws:ssm:eu-west-1:111122223333:parameter/smartboard/prod/node-env',
    JWT_SECRET: expect.stringMatching(/:secret:smartboard\/app\/jwt-secret-\w{6}$/),
    DATABASE_URL_AUTH: expect.stringMatching(
      /:secret:smartboard\/prod\/derived\/svc-auth\/DATABASE_URL_AUTH-[0-9a-f]{8}-\w{6}$/,
    ),
  });
  expect(stage.writes()).toEqual(['CreateSecret', 'CreateSecret', 'CreateSecret']);
});
