import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { deploy, prepareRelease, runningDigests } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { createForeign, definitionOf, ecsOf, rewriteManifest, serviceOf } from './by-others.ts';

const role = (kind: string) => `arn:aws:iam::111122223333:role/smartboard-prod-worker-${kind}`;
const image = (digest: string) => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/smartboard-worker@${digest}`;

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
});
afterEach(() => stage.close());

/** A worker beside a log router, as another tool would have made it, after a release of the others. */
async function foreignWorker(container = 'worker'): Promise<void> {
  const prepared = await prepareRelease(stage);
  const released = await deploy(stage, prepared, { services: 'svc-auth,web' });
  expect(released.error).toBeUndefined();
  const old = await stage.push('worker', { version: 'of another tool' });
  const sidecar = await stage.push('worker', { version: 'router' });
  await createForeign(stage, 'worker', {
    family: 'worker-by-terraform',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '512',
    memory: '1024',
    executionRoleArn: role('execution'),
    taskRoleArn: role('task'),
    tags: [{ key: 'team', value: 'data' }],
    containerDefinitions: [
      {
        name: 'log-router',
        image: image(sidecar),
        essential: true,
        environment: [{ name: 'ECS_FARGATE', value: '1' }],
      },
      {
        name: container,
        image: image(old),
        essential: true,
        stopTimeout: 90,
        dockerLabels: { owner: 'data' },
        environment: [{ name: 'OLD', value: 'x' }],
      },
    ],
  });
}

test('a service that others made gets our image in its own definition, and nothing else of it changes', async () => {
  await foreignWorker();
  const prepared = await prepareRelease(stage, { worker: { version: '2' } });
  const before = await serviceOf(stage, 'worker');
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'worker' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(runningDigests(stage)['smartboard-worker']).toContain(prepared.images['worker']);
  const definition = await definitionOf(stage, 'worker-by-terraform');
  const [router, worker] = definition?.containerDefinitions ?? [];
  expect(router).toMatchObject({ name: 'log-router', environment: [{ name: 'ECS_FARGATE', value: '1' }] });
  expect(worker).toMatchObject({ stopTimeout: 90, dockerLabels: { owner: 'data' } });
  expect(worker?.image).toContain(prepared.images['worker']);
  expect(worker?.environment).toEqual([]);
  expect(worker?.secrets?.map(({ name }) => name)).toEqual(['REDIS_URL']);
  expect(definition?.cpu).toBe('256');
  const update = stage.calls.findLast(({ operation }) => operation === 'UpdateService');
  expect(Object.keys(update?.parameters as object).sort()).toEqual([
    'cluster',
    'forceNewDeployment',
    'service',
    'taskDefinition',
  ]);
  expect((await serviceOf(stage, 'worker'))?.desiredCount).toBe(before?.desiredCount);
  const registered = stage.calls.findLast(({ operation }) => operation === 'RegisterTaskDefinition');
  expect(registered?.parameters).toMatchObject({ tags: expect.arrayContaining([{ key: 'team', value: 'data' }]) });
});

test('a release that fails takes a service that others made back to their own revision', async () => {
  await foreignWorker();
  const before = await serviceOf(stage, 'worker');
  const bad = await prepareRelease(stage, { worker: { 'simulator.exit-code': '1' } });
  const run = await deploy(stage, bad, { services: 'worker', 'wait-for-minutes': '60' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  const after = await serviceOf(stage, 'worker');
  expect(after?.taskDefinition).toBe(before?.taskDefinition);
  expect(after?.desiredCount).toBe(before?.desiredCount);
});

test('sizes stay as others have chosen them when the manifest says nothing of them', async () => {
  await foreignWorker();
  await rewriteManifest(stage, smallManifest.replace(/(worker\/Dockerfile }\n) {4}cpu: 256\n {4}memory: 512\n/, '$1'));
  const run = await deploy(stage, await prepareRelease(stage), { services: 'worker' }, { runId: '1002' });
  expect(run.error).toBeUndefined();
  expect(await definitionOf(stage, 'worker-by-terraform')).toMatchObject({ cpu: '512', memory: '1024' });
});

test('a definition with several containers, none called like the service, is refused as bad input', async () => {
  await foreignWorker('app');
  const prepared = await prepareRelease(stage);
  stage.forgetCalls();
  const run = await deploy(stage, prepared, { services: 'worker' }, { runId: '1002' });
  expect(run.error).toMatchObject({ code: 'E_INPUT', message: expect.stringContaining('there are log-router, app') });
  expect(stage.writes()).toEqual([]);
});

test('whose a service is, its tag says', async () => {
  await deploy(stage, await prepareRelease(stage));
  const { serviceArn = '' } = (await serviceOf(stage, 'web')) ?? {};
  await ecsOf(stage).send(
    new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: ['slipway:environment', 'slipway:application'] }),
  );
  await rewriteManifest(stage, smallManifest.replace('ingress: /*\n', 'ingress: /*\n    spot: true\n'));
  const untagged = await deploy(stage, await prepareRelease(stage), { operation: 'plan' }, { runId: '1002' });
  expect(untagged.lines.join('\n')).not.toContain('capacity');
  await ecsOf(stage).send(
    new TagResourceCommand({ resourceArn: serviceArn, tags: [{ key: 'slipway:environment', value: 'prod' }] }),
  );
  const tagged = await deploy(stage, await prepareRelease(stage), { operation: 'plan' }, { runId: '1003' });
  expect(tagged.lines.join('\n')).toContain('capacity: FARGATE → FARGATE_SPOT');
});
