import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readHead } from '../../../lib/aws/ledger/head.ts';
import { type Lease, takeLock } from '../../../lib/aws/ledger/lease.ts';
import { readLock } from '../../../lib/aws/ledger/lock.ts';
import { readAllReleases } from '../../../lib/aws/ledger/records.ts';
import type { RunName } from '../../../lib/core/ledger.ts';
import {
  deploy,
  operate,
  type Prepared,
  prepareRelease,
  runningDigests,
} from '../../../rehearsal/test/stage/release.ts';
import { openStage, type Stage } from '../../../rehearsal/test/stage/stage.ts';
import { pass } from '../../../simulator/clock.ts';
import { changesSomething } from './killed.ts';
import { twoServices } from './two-services.ts';

const where = { application: 'shop', environment: 'prod' };

let stage: Stage;
let good: Prepared;
beforeEach(async () => {
  stage = await openStage({ manifest: twoServices });
  good = await prepareRelease(stage);
  const { error } = await deploy(stage, good, {}, { runId: '1000' });
  if (error !== undefined) throw error;
});
afterEach(() => stage.close());

const otherRun: RunName = {
  repository: 'example/smartboard',
  workflow: '.github/workflows/deploy.yml',
  id: '2000',
  number: 2000,
  attempt: 1,
  actor: 'maria',
  url: 'https://github.com/example/smartboard/actions/runs/2000',
};

function takeAsOther(waitForMs = 600_000): Promise<Lease> {
  const log = { info() {}, warn() {}, group: <T>(_title: string, work: () => Promise<T>) => work() };
  const { signal } = new AbortController();
  return takeLock(stage.aws, {
    where,
    owner: otherRun,
    purpose: 'deploy',
    release: undefined,
    signal,
    log,
    nonce: randomUUID,
    waitForMs,
  });
}

async function nextImages(version: string): Promise<Prepared> {
  const images = { api: await stage.push('api', { version }), web: await stage.push('web', { version }) };
  return { images, inputs: { ...good.inputs, images: JSON.stringify(images) } };
}

/** A listener to a log, and the moment when a line begins so. */
function listenFor(start: string): { readonly onLine: (line: string) => void; readonly heard: Promise<void> } {
  const lines = new EventEmitter();
  const heard = once(lines, 'heard').then(() => undefined);
  return { onLine: (line) => line.startsWith(start) && lines.emit('heard'), heard };
}

test('a deploy waits for another run, says for whom, and looks at everything again', async () => {
  const lease = await takeAsOther();
  const next = await nextImages('2');
  const { onLine, heard } = listenFor('Waiting for the lock');
  const running = deploy(stage, next, {}, { runId: '1001', onLine });
  await heard;
  await stage.byHand.deploy('web', next.images['api'] ?? '');
  await pass(60_000, stage.cloud.clock);
  await lease.end();
  const run = await running;
  expect(run.outputs['verdict']).toBe('succeeded');
  expect(run.lines.join('\n')).toMatch(/Waiting for the lock: run 2000 .* by maria \(https:.*2000\) has it/);
  expect(run.lines).toContain('Someone else was at work meanwhile: looking at everything again');
});

test('a deploy gives up when another run has had the lock for too long, and names it', async () => {
  const next = await nextImages('2');
  const lease = await takeAsOther();
  const end = new AbortController();
  const beats = (async () => {
    while (!end.signal.aborted) await pass(10_000, stage.cloud.clock).then(() => lease.heartbeat());
  })();
  const from = stage.calls.length;
  const run = await deploy(stage, next, { 'wait-for-minutes': '2' }, { runId: '1001' });
  end.abort();
  await beats;
  expect(run.error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('maria') });
  expect(stage.calls.slice(from).map(({ operation }) => operation)).not.toContain('UpdateService');
});

test('a rollback stops a running deploy, which undoes nothing and says who wanted it', async () => {
  await deploy(stage, await nextImages('2'), {}, { runId: '1001' });
  const { onLine, heard } = listenFor('api: starting');
  const running = deploy(stage, await nextImages('3'), {}, { runId: '1002', onLine });
  await heard;
  const queued = deploy(stage, await nextImages('4'), {}, { runId: '1003' });
  const rollback = operate(stage, { operation: 'rollback', reason: 'the page is blank' }, { runId: '1004' });
  const [deployed, pushed, back] = await Promise.all([running, queued, rollback]);
  expect(deployed.outputs['verdict']).toBe('superseded');
  expect(deployed.error?.message).toMatch(/run 1004 .*: the page is blank/);
  expect(back.outputs['verdict']).toBe('rolled-back');
  expect(pushed.outputs['verdict']).toBe('refused');
  const records = await readAllReleases(stage.aws, where);
  expect(records.find(({ run }) => run.id === '1002')?.verdict).toBe('superseded');
});

type Freeze = {
  /** What was changed after the thaw, except in the run's own record. */
  readonly changes: readonly string[];
  readonly hasHappened: () => boolean;
};

/** Holds back the answer to the nth call under the lock, as if the whole process had been frozen while it waited. */
function freezeAt(call: number, frozen: () => Promise<void>): Freeze {
  const { handle } = stage.cloud;
  let callsUnderLock: number | undefined;
  let isThawed = false;
  const changes: string[] = [];
  const freezing: typeof handle = async (request) => {
    const target = request.headers['x-amz-target'] ?? '';
    const name = /"Name":"([^"]*)"/.exec(Buffer.from(request.body).toString())?.[1] ?? '';
    if (isThawed && changesSomething(target) && !name.includes('/releases/')) changes.push(`${target} ${name}`);
    const answer = await handle(request);
    if (target.endsWith('.PutParameter') && name.endsWith('/lock')) callsUnderLock ??= 0;
    else if (callsUnderLock !== undefined && ++callsUnderLock === call) {
      await frozen();
      isThawed = true;
    }
    return answer;
  };
  Object.assign(stage.cloud, { handle: freezing });
  return { changes, hasHappened: () => isThawed };
}

test('a deploy that was frozen at any call and taken over changes nothing any more', async () => {
  const { handle } = stage.cloud;
  const seen: string[] = [];
  for (let call = 2; ; call += 5) {
    const next = await nextImages(`frozen-${call}`);
    let lease: Lease | undefined;
    const freeze = freezeAt(call, async () => {
      lease = await takeAsOther();
    });
    const run = await deploy(stage, next, {}, { runId: String(1000 + call) });
    Object.assign(stage.cloud, { handle });
    if (!freeze.hasHappened()) break;
    seen.push(run.outputs['verdict'] ?? 'none');
    expect([call, freeze.changes]).toEqual([call, []]);
    await lease?.end();
    await pass(200_000, stage.cloud.clock);
  }
  // One that was held up at a single call, while the rest went on and renewed, may have come to its end before.
  expect(seen.filter((verdict) => verdict !== 'superseded' && verdict !== 'succeeded')).toEqual([]);
  expect(seen.filter((verdict) => verdict === 'superseded').length).toBeGreaterThan(1);
});

test('nobody holds the lock after a release, and the head names the newest run', async () => {
  expect((await readLock(stage.aws, where)).entry).toMatchObject({ state: 'free', owner: { id: '1000' } });
  expect((await readHead(stage.aws, where))?.newest).toMatchObject({ run: { id: '1000', number: 1000 } });
  expect(runningDigests(stage)['shop-web']).toEqual([good.images['web']]);
});
