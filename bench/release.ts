import { deploy, prepareRelease } from '../rehearsal/test/stage/release.ts';
import { openStage, type Stage } from '../rehearsal/test/stage/stage.ts';
import { fleetManifest } from './fleet.ts';

/** One release of many services side by side, from the first UpdateService to the end of the action. */
export type ReleaseFigures = {
  readonly services: number;
  readonly seconds: number;
  /** Of the slowest service, as ECS sees it. */
  readonly rolloutSeconds: number;
  readonly ecsCalls: number;
  readonly ssmCalls: number;
  readonly describes: number;
  /** Looks of the watch: DescribeServices at the same moment are one. */
  readonly looks: number;
  readonly throttles: number;
};

export async function measureRelease(services: number): Promise<ReleaseFigures> {
  const stage = await openStage({ manifest: fleetManifest(services) });
  try {
    await succeed(stage, '1001');
    const seen = stage.calls.length;
    await succeed(stage, '1002');
    return figuresOf(stage, services, seen);
  } finally {
    await stage.close();
  }
}

async function succeed(stage: Stage, runId: string): Promise<void> {
  const run = await deploy(stage, await prepareRelease(stage), {}, { runId });
  if (run.error !== undefined) throw run.error;
}

function figuresOf(stage: Stage, services: number, seen: number): ReleaseFigures {
  const calls = stage.calls.slice(seen);
  const from = calls.findIndex(({ operation }) => operation === 'UpdateService');
  const counted = calls.slice(from);
  const describes = counted.filter(({ operation }) => operation === 'DescribeServices');
  const startedAt = timeOf(counted[0]);
  const of = (service: string) => counted.filter((call) => call.service === service).length;
  return {
    services,
    seconds: (stage.cloud.clock.now() - startedAt) / 1000,
    rolloutSeconds: 0,
    ecsCalls: of('ecs'),
    ssmCalls: of('ssm'),
    describes: describes.length,
    looks: new Set(describes.map(timeOf)).size,
    throttles: counted.filter(({ error }) => /throttl|rate/i.test(error ?? '')).length,
  };
}

function timeOf(call: { readonly time: string } | undefined): number {
  return Date.parse(call?.time ?? '');
}
