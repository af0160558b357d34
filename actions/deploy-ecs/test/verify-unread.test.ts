import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, operate, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import type { FaultRule } from '../../../simulator/faults.ts';

/** What cannot be read is a warning: the release goes on, at most two calls and a few seconds later. */

let stage: Stage;
let prepared: Prepared;
beforeEach(async () => {
  const manifest = smallManifest.replace(
    'JWT_SECRET:',
    'DB_USER: { secret: smartboard/rds/credentials, key: username }\n      JWT_SECRET:',
  );
  stage = await openStage({ manifest });
  prepared = await prepareRelease(stage);
});
afterEach(() => stage.close());

const reads: readonly [operation: string, warning: string][] = [
  ['ecs:DescribeClusters', 'cluster: Cluster smartboard-prod could not be verified'],
  ['iam:ListRoles', 'roles: The roles of the tasks could not be verified'],
  ['logs:DescribeLogGroups', 'log groups: The log groups could not be verified'],
  ['ssm:GetParameters', 'parameters: The parameters could not be verified'],
  ['ec2:DescribeSubnets', 'infra/network: The subnets could not be verified'],
  ['ec2:DescribeSecurityGroups', 'infra/network: The security groups could not be verified'],
  ['elasticloadbalancing:DescribeTargetGroups', 'target groups: The target groups could not be verified'],
  ['servicediscovery:ListServices', 'registries: The Cloud Map services could not be verified'],
  ['ecr:GetDownloadUrlForLayer', 'svc-auth, web, worker: Platform and variables of the images could not be verified'],
  ['layers:Download', 'svc-auth, web, worker: Platform and variables of the images could not be verified'],
];

const callsOf = (operation: string) =>
  stage.calls.filter((call) => `${call.service}:${call.operation}` === operation).length;

const verify = () => operate(stage, { operation: 'verify', ...prepared.inputs });

/** Verifies with a fault in one kind of read, and says how often it was made. */
async function verifyWith(fault: FaultRule) {
  const before = callsOf(fault.operation);
  stage.setFaults([fault]);
  const run = await verify();
  return { run, calls: callsOf(fault.operation) - before };
}

test.each(reads)('%s denied is a warning, and is not asked again', async (operation, warning) => {
  const { run, calls } = await verifyWith({ operation, kind: 'error', code: 'AccessDeniedException', status: 403 });
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([
    `Not certain before the release: ${warning}: ${run.warnings[0]?.split(`${warning}: `)[1]}`,
  ]);
  expect(calls).toBe(operation.startsWith('ecr:') || operation.startsWith('layers:') ? 3 : 1);
});

test.each(reads.filter(([operation]) => operation !== 'layers:Download'))(
  '%s that is throttled all the time is tried twice',
  async (operation, warning) => {
    const { run, calls } = await verifyWith({ operation, kind: 'throttle' });
    expect(run.error).toBeUndefined();
    expect(run.warnings[0]).toContain(warning);
    expect(calls).toBe(operation.startsWith('ecr:') ? 6 : 2);
  },
);

test('a read that hangs holds the release for a few seconds, and no longer', async () => {
  stage.setFaults([{ operation: 'iam:ListRoles', kind: 'hang' }]);
  const startedAt = stage.cloud.clock.now();
  let toldAt = Number.NaN;
  const onLine = (line: string) => {
    if (line.startsWith('Not certain')) toldAt = stage.cloud.clock.now();
  };
  const run = await operate(stage, { operation: 'verify', ...prepared.inputs }, { onLine });
  expect(run.warnings[0]).toContain('There was no answer within 4 s.');
  expect(toldAt - startedAt).toBeLessThan(10_000);
});

test('one throttled answer goes unnoticed', async () => {
  const { run, calls } = await verifyWith({ operation: 'iam:ListRoles', kind: 'throttle', nth: 1 });
  expect([run.error, run.warnings, calls]).toEqual([undefined, [], 2]);
});

test('where values may not be read, secrets are still known to be there; their keys are a warning', async () => {
  const { run } = await verifyWith({
    operation: 'secretsmanager:BatchGetSecretValue',
    kind: 'error',
    code: 'AccessDeniedException',
  });
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([expect.stringContaining('The JSON keys behind DB_USER could not be verified.')]);
});

test('where values may not be read, a secret that is gone still stops the release', async () => {
  await stage.byHand.deleteSecret('smartboard/app/jwt-secret');
  const { run } = await verifyWith({
    operation: 'secretsmanager:BatchGetSecretValue',
    kind: 'error',
    code: 'AccessDeniedException',
  });
  expect(run.error).toMatchObject({ code: 'E_CONFIG', message: expect.stringContaining('JWT_SECRET') });
});

test('where nothing at all may be read of secrets, one line says so', async () => {
  stage.setFaults(
    ['BatchGetSecretValue', 'DescribeSecret'].map((name) => ({
      operation: `secretsmanager:${name}`,
      kind: 'error',
      code: 'AccessDeniedException',
    })),
  );
  const run = await verify();
  expect(run.error).toBeUndefined();
  expect(run.warnings).toEqual([expect.stringMatching(/6 secrets could not be verified: AccessDeniedException\./)]);
});

test('a release whose foundations cannot be read at all succeeds all the same', async () => {
  const operations = reads.map(([operation]) => operation).filter((operation) => operation !== 'ssm:GetParameters');
  stage.setFaults(operations.map((operation) => ({ operation, kind: 'error', code: 'AccessDeniedException' })));
  const run = await deploy(stage, prepared);
  expect(run.error).toBeUndefined();
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.warnings).toEqual([expect.stringMatching(/\(and 7 more: see the log\)$/)]);
  expect(run.summary).toContain('| uncertain | roles |');
});
