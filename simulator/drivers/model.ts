import type { Clock, Timer } from '../clock.ts';
import type { ContainerLaunch, RunningTask, TaskDriver, TaskEvents } from './driver.ts';
import { LaunchError } from './driver.ts';
import { isImageProgram, labelsOf, parseProgram } from './program.ts';
import type { Program } from './program.ts';

/**
 * Tasks as state machines on the clock: nothing runs, and labels of the image say how its program behaves
 * (see `program.ts`). Without labels a program is ready at once, healthy, and runs until it is stopped.
 */
export function createModelDriver({ clock }: { readonly clock: Clock }): TaskDriver {
  const running = new Set<ModelContainer>();
  const tasksOfImage = new Map<string, number>();
  let started = 0;

  return {
    name: 'model',
    async start(launch, events) {
      started += 1;
      const containers = launch.containers.map((container) => {
        const { digest } = container.image;
        const count = (tasksOfImage.get(digest) ?? 0) + 1;
        tasksOfImage.set(digest, count);
        const labels = labelsOf(container.image.labels, count);
        return startContainer(clock, parseProgram(labels, isImageProgram(launch, container)), container, events);
      });
      for (const container of containers) running.add(container);
      return runningTask(addressOf(started), containers, running);
    },
    close() {
      for (const container of running) container.forget();
      running.clear();
      return Promise.resolve();
    },
  };
}

/** 10.0.0.10 and on, as a subnet would give them. */
function addressOf(count: number): string {
  const host = count + 9;
  return `10.0.${Math.floor(host / 250) % 250}.${(host % 250) + 1}`;
}

type ModelContainer = {
  readonly name: string;
  readonly ports: readonly number[];
  isHealthy(): boolean;
  /** Status code of the next HTTP request, or undefined when nothing listens. */
  answer(): number | undefined;
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** No timer of it fires any more. */
  forget(): void;
};

function startContainer(
  clock: Clock,
  program: Program,
  container: ContainerLaunch,
  events: TaskEvents,
): ModelContainer {
  if (program.cannotStart !== undefined)
    throw new LaunchError(container.name, `CannotStartContainerError: ${program.cannotStart}`);

  const timers: Timer[] = [];
  const after = (seconds: number, work: () => void) => timers.push(clock.after(seconds * 1000, work));
  const state = { alive: true, ready: program.healthyAfter === 0, failing: program.unhealthyAfter === 0, answers: 0 };
  const end = (exitCode: number | undefined, reason?: string) => {
    if (!state.alive) return;
    state.alive = false;
    for (const timer of timers) timer.cancel();
    events.exited(container.name, exitCode, reason);
  };
  const isHealthy = () => state.alive && state.ready && !state.failing;

  after(0, () => writeLines(program, container, events));
  if (!state.ready) after(program.healthyAfter, () => (state.ready = true));
  if (program.unhealthyAfter !== undefined) after(program.unhealthyAfter, () => (state.failing = true));
  if (program.flaps !== undefined) flap(program.flaps, after, (failing) => (state.failing = failing));
  if (program.outOfMemoryAfter !== undefined)
    after(program.outOfMemoryAfter, () => end(137, 'OutOfMemoryError: Container killed due to memory usage'));
  if (program.lostAfter !== undefined) after(program.lostAfter, () => end(undefined));
  if (program.runsFor !== undefined) after(program.runsFor, () => end(program.exitCode));

  return {
    name: container.name,
    ports: container.ports,
    isHealthy,
    answer() {
      if (!state.alive) return undefined;
      const codes = program.httpCodes;
      if (codes.length > 0) return codes[Math.min(state.answers++, codes.length - 1)];
      return isHealthy() ? 200 : 503;
    },
    signal(signal) {
      if (signal === 'SIGKILL') after(0, () => end(137));
      else if (!program.ignoresSigterm) after(program.stopsIn, () => end(program.stopCode));
    },
    forget() {
      for (const timer of timers) timer.cancel();
    },
  };
}

function flap(
  [up, down]: readonly [number, number],
  after: (seconds: number, work: () => void) => void,
  change: (failing: boolean) => void,
): void {
  const turn = (failing: boolean) =>
    after(failing ? up : down, () => {
      change(failing);
      turn(!failing);
    });
  turn(true);
}

function writeLines(program: Program, container: ContainerLaunch, events: TaskEvents): void {
  for (const line of program.log) events.output(container.name, line);
}

function runningTask(
  address: string,
  containers: readonly ModelContainer[],
  running: Set<ModelContainer>,
): RunningTask {
  const named = (name: string) => containers.find((container) => container.name === name);
  return {
    address,
    checkHealth: (name) => Promise.resolve(named(name)?.isHealthy() ?? false),
    probe: (port) => Promise.resolve(containers.find(({ ports }) => ports.includes(port))?.answer()),
    signal: (name, signal) => named(name)?.signal(signal),
    release() {
      for (const container of containers) {
        container.forget();
        running.delete(container);
      }
      return Promise.resolve();
    },
  };
}
