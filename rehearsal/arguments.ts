import { parseArgs } from 'node:util';
import { scenarioNames, type ScenarioName } from './scenarios/names.ts';

export type RehearsalArguments = {
  readonly scenario: ScenarioName;
  readonly driver: 'process' | 'model';
  readonly builder: 'stand-in' | 'docker';
  /** How many times faster than real time the simulator's delays pass. */
  readonly speed: number;
  readonly seed: number;
  /** Where the front door listens; 0 takes a free port. */
  readonly port: number;
  /** Whether deploy-ecs forces a new deployment of services that did not change. */
  readonly force: boolean;
  /** End after the summary instead of serving until Ctrl-C. */
  readonly exit: boolean;
  readonly verbose: boolean;
  /** Another manifest than the example's own. */
  readonly manifest: string | undefined;
  readonly report: string | undefined;
  readonly log: string | undefined;
};

export const usage = `npm start -- [options]

  --scenario NAME    ${scenarioNames.join(' | ')} (default healthy)
  --exit             end after the summary instead of serving until Ctrl-C
  --port N           where the application answers (default: a free port)
  --driver NAME      process: tasks are local processes (default) | model: tasks are state machines
  --builder NAME     stand-in: packs OCI images without Docker (default) | docker: buildx and a running daemon
  --force false      leave services alone that did not change (default true, as deploy-ecs)
  --speed S          simulated delays are divided by S (default 10; 50 with the model driver)
  --seed K           chance of the simulator (default: random, printed)
  --manifest FILE    another slipway.yml for the example
  --report FILE      write what happened as JSON
  --log FILE         write every call that reached the simulator, one JSON line each
  --verbose          show the actions' own output
  --help             this text`;

/** Programs in processes need real time to start and to answer; state machines do not. */
const defaultSpeeds = { process: '10', model: '50' };

export class UsageError extends Error {}

export function readArguments(argv: readonly string[]): RehearsalArguments | 'help' {
  const { values } = parse(argv);
  if (values.help === true) return 'help';
  const driver = oneOf('driver', values.driver ?? 'process', ['process', 'model'] as const);
  return {
    scenario: oneOf('scenario', values.scenario ?? 'healthy', scenarioNames),
    driver,
    builder: oneOf('builder', values.builder ?? 'stand-in', ['stand-in', 'docker'] as const),
    speed: number('speed', values.speed ?? defaultSpeeds[driver], { min: 0.1, max: 1000 }),
    seed: integer('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), { min: 0, max: 2 ** 31 - 1 }),
    port: integer('port', values.port ?? '0', { min: 0, max: 65_535 }),
    force: oneOf('force', values.force ?? 'true', ['true', 'false'] as const) === 'true',
    exit: values.exit === true,
    verbose: values.verbose === true,
    manifest: file('manifest', values.manifest),
    report: file('report', values.report),
    log: file('log', values.log),
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        scenario: text,
        driver: text,
        builder: text,
        force: text,
        speed: text,
        seed: text,
        port: text,
        manifest: text,
        report: text,
        log: text,
        exit: flag,
        verbose: flag,
        help: flag,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function oneOf<Name extends string>(option: string, value: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new UsageError(`--${option} is one of ${names.join(', ')}.`);
  return found;
}

function file(option: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`--${option} wants the name of a file.`);
  return value;
}

function number(option: string, value: string, { min, max }: { min: number; max: number }): number {
  const parsed = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(parsed >= min && parsed <= max)) throw new UsageError(`--${option} is a number from ${min} to ${max}.`);
  return parsed;
}

function integer(option: string, value: string, range: { min: number; max: number }): number {
  const parsed = number(option, value, range);
  if (!Number.isInteger(parsed)) throw new UsageError(`--${option} is a whole number.`);
  return parsed;
}
