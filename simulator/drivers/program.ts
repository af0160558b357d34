import type { ContainerLaunch, TaskLaunch } from './driver.ts';

/**
 * How a program behaves, as labels of its image say. Times are simulated seconds after the start.
 *
 * | label | value | meaning |
 * |---|---|---|
 * | `simulator.runs-for` | seconds | ends by itself after this long; without it the program runs until it is stopped |
 * | `simulator.exit-code` | number | code with which it ends by itself; alone it means `runs-for` 0.5 |
 * | `simulator.healthy-after` | seconds | until health checks and HTTP succeed (0) |
 * | `simulator.unhealthy` | `true` or seconds | checks fail from the start, or from then on |
 * | `simulator.flaps` | `20,5` | healthy for so many seconds, then not for so many, over and over |
 * | `simulator.only-first` | number | all of this holds for so many tasks of the image; later ones just run |
 * | `simulator.oom-at` | seconds | killed for its memory: exit code 137 with the reason |
 * | `simulator.lost-at` | seconds | ends without any exit code, as a container that was lost |
 * | `simulator.log` | lines | written at the start |
 * | `simulator.http-codes` | `503,503,200` | what HTTP checks get, one after the other; the last stays |
 * | `simulator.ignores-sigterm` | `true` | only SIGKILL ends it |
 * | `simulator.stops-in` | seconds | from SIGTERM to the end (0.5) |
 * | `simulator.stop-code` | number | exit code after SIGTERM (0) |
 * | `simulator.cannot-start` | text | the container runtime refuses to start it |
 * | `simulator.command.exit-code`, `.runs-for`, `.log`, `.oom-at`, `.lost-at`, `.ignores-sigterm` | | the same for another command than the image's own, run as a task of no service (a migration); without them it ends with 0 after a second |
 */
export type Program = {
  readonly runsFor: number | undefined;
  readonly exitCode: number;
  readonly healthyAfter: number;
  readonly unhealthyAfter: number | undefined;
  /** Seconds of health and of sickness, in turns. */
  readonly flaps: readonly [up: number, down: number] | undefined;
  readonly outOfMemoryAfter: number | undefined;
  readonly lostAfter: number | undefined;
  readonly log: readonly string[];
  readonly httpCodes: readonly number[];
  readonly ignoresSigterm: boolean;
  readonly stopsIn: number;
  readonly stopCode: number;
  readonly cannotStart: string | undefined;
};

type Labels = Readonly<Record<string, string>>;

/** Tasks of a service run the image's program, whatever their command; others only when the command is the image's own. */
export function isImageProgram(launch: TaskLaunch, { command, imageCommand }: ContainerLaunch): boolean {
  if (launch.group.startsWith('service:') || imageCommand === undefined) return true;
  return JSON.stringify(command) === JSON.stringify(imageCommand);
}

export function parseProgram(labels: Labels, isOwnProgram: boolean): Program {
  const prefix = isOwnProgram ? 'simulator.' : 'simulator.command.';
  const seconds = (name: string) => numberLabel(labels, `${prefix}${name}`);
  const text = (name: string) => labels[`${prefix}${name}`];
  const exitCode = seconds('exit-code');
  const unhealthy = text('unhealthy');
  return {
    runsFor: seconds('runs-for') ?? (isOwnProgram ? (exitCode === undefined ? undefined : 0.5) : 1),
    exitCode: exitCode ?? 0,
    healthyAfter: seconds('healthy-after') ?? 0,
    unhealthyAfter: unhealthy === 'true' ? 0 : seconds('unhealthy'),
    flaps: parseFlaps(text('flaps')),
    outOfMemoryAfter: seconds('oom-at'),
    lostAfter: seconds('lost-at'),
    log: text('log')?.split('\n') ?? [],
    httpCodes: text('http-codes')?.split(',').map(Number) ?? [],
    ignoresSigterm: text('ignores-sigterm') === 'true',
    stopsIn: seconds('stops-in') ?? 0.5,
    stopCode: seconds('stop-code') ?? 0,
    cannotStart: text('cannot-start'),
  };
}

/** The labels that hold for a task of an image: those of its first ones may differ. */
export function labelsOf(labels: Labels, taskOfImage: number): Labels {
  const onlyFirst = numberLabel(labels, 'simulator.only-first');
  return onlyFirst === undefined || taskOfImage <= onlyFirst ? labels : {};
}

function parseFlaps(value: string | undefined): Program['flaps'] {
  if (value === undefined) return undefined;
  const [up = 0, down = 0, ...more] = value.split(',').map(Number);
  if (!(up > 0 && down > 0) || more.length > 0)
    throw new Error(`The label simulator.flaps must be two numbers of seconds, not "${value}".`);
  return [up, down];
}

function numberLabel(labels: Labels, name: string): number | undefined {
  const text = labels[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`The label ${name} must be a number, not "${text}".`);
  return value;
}
