import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bucket, type CliStage, exampleManifest, openCliStage, parameter } from './cli-stage.ts';

let stage: CliStage;
beforeEach(async () => void (stage = await openCliStage()));
afterEach(() => stage.close());

const network = { Value: parameter('/net', '1') };
const data = { Files: bucket('files') };
const registry = { Registry: parameter('/registry', '1') };
const verbsOf = () => stage.cdkCalls.map(([verb]) => verb);

test('what was synthesised is shown and deployed, from the folder that was written', async () => {
  stage.synthesises({ 'smartboard-prod-network': network, 'smartboard-prod-data': data });
  const { code, report, printed } = await stage.run('deploy');
  expect([code, report.outcome, report.losses, report.approval]).toEqual([0, 'deployed', [], undefined]);
  expect(report.stacks.map(({ name, added, changed, removed }) => [name, added, changed, removed])).toEqual([
    ['smartboard-prod-network', 1, 0, 0],
    ['smartboard-prod-data', 1, 0, 0],
  ]);
  expect(printed).toContain('[+] AWS::S3::Bucket Files');
  expect(stage.cdkCalls[1]?.join(' ')).toBe(
    'deploy smartboard-prod-network smartboard-prod-data --app <folder>/out --concurrency 3 --exclusively --require-approval never --progress events',
  );
});

test('the app is told manifest, environment, both hashes and the commit', async () => {
  stage.synthesises({});
  await stage.run('synth', '--commit', 'c0ffee', '--emulator', 'ministack');
  const [args = []] = stage.cdkCalls;
  expect(args.slice(0, 4)).toEqual(['synth', '--quiet', '--output', '<folder>/out']);
  expect(args.slice(4).filter((arg) => arg !== '--context')).toEqual([
    'manifest=<folder>/slipway.yml',
    'environment=prod',
    expect.stringMatching(/^hash=[0-9a-f]{64}$/),
    expect.stringMatching(/^registryHash=[0-9a-f]{64}$/),
    'commit=c0ffee',
    'emulator=ministack',
  ]);
});

test.each([
  ['registry', ['smartboard-registry', 'smartboard-prod-delivery']],
  ['rest', ['smartboard-prod-network']],
  ['all', ['smartboard-registry', 'smartboard-prod-delivery', 'smartboard-prod-network']],
])('--part %s deploys its stacks only', async (part, names) => {
  const delivery = { Other: parameter('/delivery', '1') };
  stage.synthesises({
    'smartboard-registry': registry,
    'smartboard-prod-delivery': delivery,
    'smartboard-prod-network': network,
  });
  const { report } = await stage.run('deploy', '--part', part);
  expect(report.stacks.map(({ name }) => name)).toEqual(names);
  expect(stage.cdkCalls[1]?.slice(1, names.length + 2)).toEqual([...names, '--app']);
});

test('a stack that the manifest no longer makes still stands, and is told', async () => {
  stage.synthesises({ 'smartboard-prod-network': network });
  await stage.deployed('smartboard-prod-edge', { Other: parameter('/edge', '1') });
  const { report } = await stage.run('diff');
  expect(report.notes).toEqual([expect.stringContaining('smartboard-prod-edge is of an earlier manifest')]);
  expect((await stage.run('deploy', '--part', 'rest')).report.notes).toEqual([
    expect.stringMatching(
      /^smartboard-prod-edge is of an earlier manifest .*delete-stack --stack-name smartboard-prod-edge/,
    ),
  ]);
  expect((await stage.run('deploy', '--part', 'registry')).report.notes).toEqual([]);
});

test('a second time there is no difference', async () => {
  stage.synthesises({ 'smartboard-prod-network': network });
  await stage.deployed('smartboard-prod-network', network);
  const { report, printed } = await stage.run('diff');
  expect(report.stacks).toEqual([
    { name: 'smartboard-prod-network', added: 0, changed: 0, removed: 0, difference: '' },
  ]);
  expect(printed).toBe('smartboard-prod-network: no difference');
});

describe('what holds data', () => {
  beforeEach(async () => {
    await stage.deployed('smartboard-prod-data', { Files: bucket('files'), Kept: bucket('kept', 'Retain') });
    stage.synthesises({ 'smartboard-prod-data': { Files: bucket('other'), Kept: bucket('kept', 'Retain') } });
  });

  test('is not replaced before someone has read what would be lost', async () => {
    const { code, report } = await stage.run('deploy');
    expect([code, report.outcome, verbsOf()]).toEqual([1, 'refused', ['synth']]);
    expect(report.losses).toEqual(['smartboard-prod-data/Files: the bucket would be replaced by an empty one']);
    expect(report.error).toMatchObject({
      code: 'E_POLICY',
      message: expect.stringContaining('smartboard-prod-data/Files'),
      remedy: expect.stringContaining(`--approve ${report.approval}`),
    });
  });

  test('goes with the code of exactly that list', async () => {
    const { report } = await stage.run('diff');
    expect(report.outcome).toBe('compared');
    expect(report.notes).toEqual([`A deployment would ask for the code ${report.approval}.`]);
    stage.synthesises({ 'smartboard-prod-data': { Kept: bucket('kept', 'Retain') } });
    const other = await stage.run('deploy', '--approve', String(report.approval));
    expect([other.code, other.report.error?.message]).toEqual([1, expect.stringContaining('of another list')]);
    stage.synthesises({ 'smartboard-prod-data': { Files: bucket('other'), Kept: bucket('kept', 'Retain') } });
    const approved = await stage.run('deploy', '--approve', String(report.approval));
    expect([approved.code, approved.report.outcome]).toEqual([0, 'deployed']);
    expect(verbsOf()).toEqual(['synth', 'synth', 'synth', 'deploy']);
  });
});

describe('what is deployed and no longer in the manifest', () => {
  beforeEach(async () => {
    stage.synthesises({ 'smartboard-prod-network': network });
    await stage.deployed('contract', {
      Gone: parameter('/smartboard/prod/infra/services/svc-old', '{}'),
      Kept: parameter('/smartboard/prod/infra/services/web', '{}'),
    });
  });

  test('stops a deployment before anything is synthesised, with the place', async () => {
    const { code, report } = await stage.run('deploy');
    expect([code, report.error?.code, stage.cdkCalls]).toEqual([1, 'E_POLICY', []]);
    expect(report.error?.message).toMatch(/slipway\.yml:\d+:1.*services\.svc-old is deployed/s);
  });

  test('may go when it is named', async () => {
    expect((await stage.run('deploy', '--allow-removal', 'services.svc-old')).code).toBe(0);
  });

  test('is told by diff, which fails for nothing', async () => {
    const { code, report } = await stage.run('diff');
    expect([code, report.notes[0]]).toEqual([0, expect.stringMatching(/would be refused\. .*svc-old/s)]);
  });
});

describe('before anything is asked of AWS', () => {
  test('a manifest that nothing can be made of is refused, all at once', async () => {
    const broken = await openCliStage(
      exampleManifest.replace('[eu-west-1a, eu-west-1b]', '[eu-west-1a]').replace('port: 4020', 'port: 4010'),
    );
    const { code, report } = await broken.run('deploy');
    await broken.close();
    expect([code, report.outcome, broken.cdkCalls]).toEqual([1, 'refused', []]);
    expect(report.error?.message).toMatch(/slipway\.yml:13:5.*slipway\.yml:\d+:11.*the port 4010 of svc-auth/s);
  });

  test('an environment that is not there, and a file that is not there', async () => {
    const absent = await stage.run('deploy', '--environment', 'pord');
    expect(absent.report.error).toMatchObject({ code: 'E_INPUT' });
    const lost = await stage.run('deploy', '--manifest', 'other.yml');
    expect([lost.report.error?.code, lost.printed]).toEqual(['E_INPUT', expect.stringContaining('other.yml')]);
  });
});

test('credentials of another account are refused before anything else', async () => {
  const elsewhere = await openCliStage(exampleManifest.replaceAll('111122223333', '999999999999'));
  const { code, report } = await elsewhere.run('deploy');
  await elsewhere.close();
  expect([code, report.error?.code, elsewhere.cdkCalls]).toEqual([1, 'E_SCOPE', []]);
  expect(report.error?.message).toContain('111122223333');
});

test('bootstrap makes CDK’s own stack, registries and roles, and says what GitHub must know', async () => {
  stage.synthesises({ 'smartboard-registry': registry, 'smartboard-prod-network': network });
  const { code, printed } = await stage.run('bootstrap');
  expect([code, verbsOf(), stage.cdkCalls[0]]).toEqual([
    0,
    ['bootstrap', 'synth', 'deploy'],
    ['bootstrap', 'aws://111122223333/eu-west-1'],
  ]);
  expect(stage.cdkCalls[2]?.[1]).toBe('smartboard-registry');
  expect(printed).toContain(
    'gh variable set AWS_ROLE_TO_ASSUME --repo example/smartboard --body arn:aws:iam::111122223333:role/smartboard-prod-deploy',
  );
  expect(printed.match(/gh variable set (\w+)/g)).toEqual(
    ['AWS_ROLE_TO_ASSUME', 'AWS_REGION', 'ECR_REGISTRY', 'SLIPWAY_APPLICATION', 'SLIPWAY_ENVIRONMENT'].map(
      (name) => `gh variable set ${name}`,
    ),
  );
});
