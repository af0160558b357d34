import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotationFor } from '../../../lib/github/annotation.ts';
import { deploy, type Prepared, prepareRelease } from '../../../rehearsal/test/stage/release.ts';
import { smallManifest } from '../../../rehearsal/test/stage/smartboard.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';

let stage: Stage;
let good: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: smallManifest });
  good = await prepareRelease(stage);
});
afterEach(() => stage.close());

const crashing = { 'simulator.exit-code': '1', 'simulator.log': 'Error: relation "users" does not exist' };

test('a plan is a page and a file, with waves and changes, and no verdict', async () => {
  stage.forgetCalls();
  const run = await deploy(stage, good, { operation: 'plan' });
  expect(run.error).toBeUndefined();
  expect(stage.writes()).toEqual([]);
  expect(Object.keys(run.outputs).sort()).toEqual(['release', 'report']);
  const written = JSON.parse(await readFile(run.outputs['report'] ?? '', 'utf8'));
  expect(written).toMatchObject({
    schema: 1,
    operation: 'plan',
    services: [],
    plan: { willChange: true, untouched: [] },
  });
  expect(written).not.toHaveProperty('verdict');
  expect(
    written.plan.waves.map((wave: { name: string; change: string }[]) =>
      wave.map(({ name, change }) => `${change} ${name}`),
    ),
  ).toEqual([['create svc-auth', 'create worker'], ['create web']]);
  expect(run.summary).toContain('| wave | service | change | image | differences |');
  expect(run.lines).toEqual(expect.arrayContaining(['Wave 1', '  svc-auth: create', 'Wave 2', '  web: create']));
});

test('a plan in which nothing changes says so, and names what it leaves alone', async () => {
  await deploy(stage, good);
  const run = await deploy(stage, good, { operation: 'plan', 'force-new-deployment': 'false', services: 'web' });
  expect(run.lines).toContain('Nothing will change.');
  expect(run.summary).toContain('Nothing will change.');
  expect(run.report?.plan).toMatchObject({
    willChange: false,
    untouched: expect.arrayContaining([{ service: 'smartboard-worker', why: 'not chosen' }]),
  });
});

test('a release that failed has one annotation, and a page with the cause, who runs what, and the times of all', async () => {
  await deploy(stage, good);
  const bad = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  const run = await deploy(stage, bad, {}, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('undone');
  expect(run.warnings).toEqual([]);
  expect(annotationFor(run.error, 'deploy-ecs').message).toMatch(
    /^E_STATE: web failed: The program ended with an error\./,
  );
  expect(run.summary).toMatch(/^### ❌ deploy \S+: undone\n\nThe release failed and was taken back/);
  expect(run.summary).toContain('#### Why web failed');
  expect(run.summary).toContain('relation "users" does not exist');
  const bars = [...run.summary.matchAll(/^\s*\u200b?(\S+ \S+)\s*:(?:done|crit|active), (\d+), (\d+)$/gm)];
  expect(bars.map(([, label]) => label)).toEqual(expect.arrayContaining(['svc-auth undone', 'web undone']));
  expect(bars.every(([, , from, to]) => Number(from) < Number(to))).toBe(true);
  expect(run.report?.phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['plan', 'lock', 'release']));
  expect(run.report?.next).toBeUndefined();
});

test('a mixed release says who runs what, and the exact command to go on, on the page, in the file and in the error', async () => {
  const first = await deploy(stage, good);
  const bad = await prepareRelease(stage, { 'svc-auth': { version: '2' }, web: crashing });
  const run = await deploy(stage, bad, { 'on-failure': 'keep' }, { runId: '1002' });
  expect(run.outputs['verdict']).toBe('mixed');
  const command = `gh workflow run deploy.yml --repo example/smartboard -f operation=rollback -f environment=prod -f release=${first.outputs['release']} -f 'reason=a release that could not be taken back'`;
  expect(run.report?.next).toBe(command);
  expect(run.summary).toContain(command);
  expect(run.error?.remedy).toContain(command);
  expect(run.summary).toContain('| service | before | this release | runs now | rollout |');
});

test('a release that is refused before a plan has a page too', async () => {
  const images = JSON.stringify({ ...good.images, web: `sha256:${'0'.repeat(64)}` });
  const run = await deploy(stage, good, { images });
  expect(Object.keys(run.outputs).sort()).toEqual(['release', 'report', 'verdict']);
  expect(run.summary).toMatch(/^### ⛔ deploy \S+: refused/m);
});
