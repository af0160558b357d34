import { parseArgs } from 'node:util';

export type CliOptions = {
  readonly help: boolean;
  readonly port: number;
  readonly driver: 'process' | 'model';
  readonly speed: number;
  readonly seed: number;
  readonly frontDoorPort: number;
  /** Whether the account has a provider for GitHub's tokens from the start. */
  readonly trustsGithub: boolean;
  readonly faults: string | undefined;
  readonly log: string | undefined;
};

export const usage = `usage: npm run simulator -- --port N [options]

  --port N             port on 127.0.0.1; 0 takes a free one
  --driver NAME        process: tasks are local processes (default); model: tasks are state machines
  --speed S            delays and health check intervals take 1/S of their time (default 1)
  --seed K             decides durations, ids and random faults (default 1)
  --faults FILE        JSON list of fault rules
  --log FILE           one JSON line for every call
  --front-door-port N  port of the first load balancer's front door (default: a free one)
  --github-provider P  given: the account trusts GitHub's tokens from the start (default); absent: not before
                       somebody has made the provider
  --help               this text

Whoever is on this machine has access key "simulator" with secret "simulator".`;

const parserOptions = {
  port: { type: 'string' },
  driver: { type: 'string', default: 'process' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  faults: { type: 'string' },
  log: { type: 'string' },
  'front-door-port': { type: 'string', default: '0' },
  'github-provider': { type: 'string', default: 'given' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line; a mistake is a sentence, not an exception. */
export function parseArguments(argv: readonly string[]): CliOptions | { readonly mistake: string } {
  try {
    return read(parseArgs({ args: [...argv], options: parserOptions, strict: true }).values);
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof parserOptions }>>['values'];

function read(values: Values): CliOptions {
  if (values.port === undefined && !values.help) throw new Error('--port is missing.');
  const { driver, 'github-provider': provider } = values;
  if (driver !== 'process' && driver !== 'model') throw new Error(`--driver is process or model, not '${driver}'.`);
  if (provider !== 'given' && provider !== 'absent')
    throw new Error(`--github-provider is given or absent, not '${provider}'.`);
  return {
    help: values.help,
    port: whole('--port', values.port ?? '0', 65_535),
    driver,
    speed: speedIn(values.speed),
    seed: whole('--seed', values.seed, Number.MAX_SAFE_INTEGER),
    frontDoorPort: whole('--front-door-port', values['front-door-port'], 65_535),
    trustsGithub: provider === 'given',
    faults: values.faults,
    log: values.log,
  };
}

function whole(name: string, text: string, largest: number): number {
  if (!/^\d+$/.test(text) || Number(text) > largest) {
    throw new Error(`${name} is a whole number from 0 to ${largest}, not '${text}'.`);
  }
  return Number(text);
}

function speedIn(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new Error(`--speed is a number above 0 and at most 1000, not '${text}'.`);
  return speed;
}
