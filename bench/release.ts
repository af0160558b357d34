import { setMaxListeners } from 'node:events';
import { deploy, prepareRelease } from '../rehearsal/test/stage/release.ts';
import { openStage, type Stage } from '../rehearsal/test/stage/stage.ts';
import { pass } from '../simulator/clock.ts';
import { fleetManifest } from './fleet.ts';

/** The account's buckets are full again by then; on a virtual clock all calls would come at the same moment. */
const betweenReleasesMs = 10 * 60_000;
const betweenStepsMs = 30_000;

/** One release of many services side by side, from the first UpdateService to the end of the action. */
export type ReleaseFigures = {
  readonly services: number;
  readonly seconds: number;
  readonly ecsCalls: number;
  readonly ssmCalls: number;
  readonly describes: number;
  /** Moments at which services were read: what is read at the same moment is one look. */
  readonly looks: number;
  readonly throttles: number;
};

/** The second release of so many services, all of which get a new image; on the virtual clock. */
export async function measureRelease(services: number): Promise<ReleaseFigures> {
  const stage = await openStage({ manifest: fleetManifest(services) });
  try {
    await release(stage, '1', '1001');
    await pass(betweenReleasesMs, stage.cloud.clock);
    const seen = stage.calls.length;
    await release(stage, '2', '1002');
    return figuresOf(stage, services, seen);
  } finally {
    await stage.close();
  }
}

async function release(stage: Stage, version: string, runId: string): Promise<void> {
  const labels = Object.fromEntries([...stage.manifest.services.keys()].map((name) => [name, { version }]));
  const prepared = await prepareRelease(stage, labels);
  await pass(betweenStepsMs, stage.cloud.clock);
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const run = await deploy(stage, prepared, {}, { runId, signal });
  if (run.error !== undefined) throw run.error;
}

function figuresOf(stage: Stage, services: number, seen: number): ReleaseFigures {
  const calls = stage.calls.slice(seen);
  const counted = calls.slice(calls.findIndex(({ operation }) => operation === 'UpdateService'));
  const describes = counted.filter(({ operation }) => operation === 'DescribeServices');
  const callsTo = (service: string) => counted.filter((call) => call.service === service).length;
  return {
    services,
    seconds: (stage.cloud.clock.now() - Date.parse(counted[0]?.time ?? '')) / 1000,
    ecsCalls: callsTo('ecs'),
    ssmCalls: callsTo('ssm'),
    describes: describes.length,
    looks: new Set(describes.map(({ time }) => time)).size,
    throttles: calls.filter(({ error }) => /throttl|rate exceeded/i.test(error ?? '')).length,
  };
}
