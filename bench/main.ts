import { cpus, loadavg } from 'node:os';
import { measureBuilds } from './build.ts';
import { measureDetection } from './detection.ts';
import { measurePeakMemory } from './memory.ts';
import { measureRelease } from './release.ts';
import { measureStarts } from './startup.ts';
import { median } from './statistics.ts';

/** Prints the figures of deploy-ecs and build-push beside what they must not pass, and fails when one does. */
type Figure = { readonly name: string; readonly value: number; readonly atMost: number; readonly unit: string };

let missed = 0;

function show({ name, value, atMost, unit }: Figure): void {
  const isMet = value <= atMost;
  if (!isMet) missed++;
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(2);
  console.log(`${isMet ? 'ok    ' : 'MISSED'} ${name}: ${shown} ${unit} (at most ${atMost})`);
}

async function showDetection(): Promise<void> {
  const late = (await measureDetection(200)).map(({ lateSeconds }) => lateSeconds);
  show({ name: 'end of a rollout seen, median of 200 of 20–300 s', value: median(late), atMost: 2.5, unit: 's' });
  show({ name: 'end of a rollout seen, latest', value: Math.max(...late), atMost: 6, unit: 's' });
}

async function showNine(): Promise<void> {
  const nine = await measureRelease(9);
  show({ name: 'nine services of 30 s, first update to end', value: nine.seconds, atMost: 34, unit: 's' });
  show({ name: 'nine services, ECS calls', value: nine.ecsCalls, atMost: 40, unit: '' });
  show({ name: 'nine services, SSM calls', value: nine.ssmCalls, atMost: 12, unit: '' });
}

async function showHundred(): Promise<void> {
  const [forty, hundred] = [await measureRelease(40), await measureRelease(100)];
  const perLook = hundred.describes / hundred.looks;
  const growth = hundred.ecsCalls / 100 / (forty.ecsCalls / 40);
  show({ name: 'a hundred services, throttles', value: hundred.throttles, atMost: 0, unit: '' });
  show({ name: 'a hundred services, DescribeServices per look', value: perLook, atMost: 10, unit: '' });
  show({ name: 'ECS calls per service, a hundred against forty', value: growth, atMost: 1.1, unit: 'times' });
}

async function showProcess(): Promise<void> {
  const starts = await measureStarts('deploy-ecs', 15);
  show({ name: 'start to first call, median of 15', value: median(starts), atMost: 250, unit: 'ms' });
  show({ name: 'peak RSS for a hundred services', value: await measurePeakMemory(100), atMost: 120, unit: 'MiB' });
}

async function showBuild(): Promise<void> {
  const runs = [await measureBuilds(9), await measureBuilds(9), await measureBuilds(9)];
  const around = median(runs.map(({ cold }) => cold.aroundBake));
  const unchanged = median(runs.map((run) => run.unchanged.seconds));
  show({ name: 'nine new images, what is done around docker, median of 3', value: around, atMost: 1, unit: 's' });
  show({ name: 'nine new images, calls of STS and ECR', value: runs[0]!.cold.calls, atMost: 3 + 4 * 9, unit: '' });
  show({ name: 'nine unchanged images, median of 3', value: unchanged, atMost: 3, unit: 's' });
  show({ name: 'nine unchanged images, layers uploaded', value: runs[0]!.unchanged.uploads, atMost: 0, unit: '' });
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  detection: showDetection,
  nine: showNine,
  hundred: showHundred,
  process: showProcess,
  build: showBuild,
};

const chosen = process.argv.slice(2).filter((name) => name in parts);
console.log(`node ${process.version}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}`);
for (const name of chosen.length > 0 ? chosen : Object.keys(parts)) await parts[name]?.();
process.exitCode = missed === 0 ? 0 : 1;
