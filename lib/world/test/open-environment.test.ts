import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readCommonInputs } from '../../github/common-inputs.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { openEnvironment, type StandingEnvironment } from '../open-environment.ts';

let stage: Stage;
beforeEach(async () => (stage = await openStage({ manifest: smallManifest })));
afterEach(() => stage.close());

const write = (text: string) => writeFile(join(stage.directory, 'slipway.yml'), text);

/** Opens the environment with these inputs, and with `variables` around the action. */
async function open(inputs: Record<string, string>, variables: Record<string, string> = {}) {
  let environment: StandingEnvironment | undefined;
  const run = await stage.run(
    'deploy-ecs',
    async (step, surroundings) => {
      const common = readCommonInputs(step.inputs);
      const application = step.inputs.optional('application');
      environment = await openEnvironment(step, { common, application }, { ...surroundings, variables });
    },
    inputs,
  );
  return { ...run, environment };
}

const where = { application: 'smartboard', environment: 'prod' };

test('a good manifest says what is meant, and the identity is asked for once', async () => {
  const { environment, warnings } = await open({});
  expect(environment).toMatchObject({ where, identity: { account: '111122223333' }, aws: { region: 'eu-west-1' } });
  expect(environment?.manifest?.application).toBe('smartboard');
  expect(warnings).toEqual([]);
  expect(stage.calls.filter(({ operation }) => operation === 'GetCallerIdentity')).toHaveLength(1);
});

test('of a manifest that does not parse, single lines are enough', async () => {
  await write(`${smallManifest}\nservices: [`);
  const { environment, warnings, error } = await open({});
  expect(error).toBeUndefined();
  expect(environment).toMatchObject({ where, aws: { region: 'eu-west-1' }, manifest: undefined });
  expect(warnings).toEqual([expect.stringContaining('The manifest cannot be used')]);
});

test('without a manifest, inputs and variables say what is meant', async () => {
  await rm(join(stage.directory, 'slipway.yml'));
  const byInput = await open({ application: 'smartboard', 'aws-region': 'eu-west-1' });
  expect(byInput.environment).toMatchObject({ where, aws: { region: 'eu-west-1' } });
  const byVariable = await open({ application: 'smartboard' }, { AWS_REGION: 'eu-west-1' });
  expect(byVariable.environment).toMatchObject({ where, aws: { region: 'eu-west-1' } });
});

test.each([
  ['application', {}, { AWS_REGION: 'eu-west-1' }],
  ['aws-region', { application: 'smartboard' }, {}],
])('nothing is guessed: `%s` is asked for', async (place, inputs, variables) => {
  await rm(join(stage.directory, 'slipway.yml'));
  expect((await open(inputs, variables as Record<string, string>)).error).toMatchObject({ code: 'E_INPUT', place });
});

test('lines that disagree are no answer', async () => {
  await write('application: smartboard\nenvironments:\n  a:\n    region: eu-west-1\n  b:\n    region: eu-north-1\n: [');
  expect((await open({})).error).toMatchObject({ code: 'E_INPUT', place: 'aws-region' });
});

test.each([
  ['another application', { application: 'other' }, 'E_SCOPE', 'application'],
  ['another region', { 'aws-region': 'eu-north-1' }, 'E_SCOPE', 'aws-region'],
  ['an environment that the manifest does not have', { environment: 'prd' }, 'E_INPUT', 'environment'],
])('%s than the manifest says is refused without a call', async (_title, inputs, code, place) => {
  const before = stage.calls.length;
  expect((await open(inputs as Record<string, string>)).error).toMatchObject({ code, place });
  expect(stage.calls.slice(before)).toEqual([]);
});
