import { openSync, readFileSync, writeSync } from 'node:fs';
import { simulateAws } from './aws.ts';
import type { SimulatedCloud } from './aws.ts';
import { parseArguments, usage } from './cli-arguments.ts';
import type { CliOptions } from './cli-arguments.ts';
import { scaledClock } from './clock.ts';
import { createModelDriver } from './drivers/model.ts';
import { createProcessDriver } from './drivers/process/driver.ts';
import { readFaultRules } from './faults.ts';
import type { FaultRule } from './faults.ts';

await main(process.argv.slice(2));

/** Serves the simulated AWS until it is told to stop, or until whoever started it is gone. */
async function main(argv: readonly string[]): Promise<void> {
  const options = parseArguments(argv);
  if ('mistake' in options) return leave(2, `${options.mistake}\n\n${usage}`);
  if (options.help) return leave(0, usage);

  let cloud: SimulatedCloud;
  let url: string;
  try {
    cloud = assemble(options);
    ({ url } = await cloud.listen({ port: options.port }));
  } catch (error) {
    return leave(1, explain(error, options.port));
  }
  endWith(cloud);
  process.stdout.write(`simulator ready on ${url}\n`);
  process.send?.({ ready: true, url });
}

function assemble({ seed, speed, driver, faults, log, frontDoorPort, trustsGithub }: CliOptions): SimulatedCloud {
  const sink = log === undefined ? undefined : openLog(log);
  return simulateAws({
    seed,
    trustsGithub,
    clock: scaledClock(speed),
    driver: (cloud) => (driver === 'model' ? createModelDriver(cloud) : createProcessDriver(cloud, { frontDoorPort })),
    ...(faults === undefined ? {} : { faults: faultRulesIn(faults) }),
    ...(sink === undefined ? {} : { log: (entry) => writeOrLeave(sink, `${JSON.stringify(entry)}\n`) }),
  });
}

function openLog(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new Error(`--log ${file}: ${explain(error)}`, { cause: error });
  }
}

/** A log with holes would say that calls did not happen: better none at all, and the reason. */
function writeOrLeave(sink: number, line: string): void {
  try {
    writeSync(sink, line);
  } catch (error) {
    leave(1, `The log cannot be written: ${explain(error)}`);
  }
}

function faultRulesIn(file: string): FaultRule[] {
  try {
    return readFaultRules(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`--faults ${file}: ${explain(error)}`, { cause: error });
  }
}

/** A signal, or the end of the process that started this one, closes everything; a second signal does not wait. */
function endWith(cloud: SimulatedCloud): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => leave(1, explain(error)),
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);
  process.on('disconnect', end);
}

function explain(error: unknown, port?: number): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message }: NodeJS.ErrnoException = error;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another one, or --port 0 for a free one.`;
  if (code === 'EACCES' && port !== undefined && port < 1024)
    return `Port ${port} needs more rights than this user has.`;
  return message;
}

function leave(code: number, text: string): void {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
