import { openSync, readFileSync, writeSync } from 'node:fs';
import { simulateAws } from './aws.ts';
import type { SimulatedCloud } from './aws.ts';
import { parseArguments, usage } from './cli-arguments.ts';
import type { CliOptions } from './cli-arguments.ts';
import { scaledClock } from './clock.ts';
import { createModelDriver } from './drivers/model.ts';
import { createProcessDriver } from './drivers/process/driver.ts';
import { readFaultRules } from './faults.ts';

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

function assemble({ seed, speed, driver, faults, log, frontDoorPort }: CliOptions): SimulatedCloud {
  const sink = log === undefined ? undefined : openSync(log, 'w');
  return simulateAws({
    seed,
    clock: scaledClock(speed),
    driver: (cloud) => (driver === 'model' ? createModelDriver(cloud) : createProcessDriver(cloud, { frontDoorPort })),
    ...(faults === undefined ? {} : { faults: readFaultRules(JSON.parse(readFileSync(faults, 'utf8'))) }),
    ...(sink === undefined ? {} : { log: (entry) => void writeSync(sink, `${JSON.stringify(entry)}\n`) }),
  });
}

/** A signal, or the end of the process that started this one, closes everything; a second signal does not wait. */
function endWith(cloud: SimulatedCloud): void {
  let ending = false;
  const end = (code: number) => {
    if (ending) process.exit(code);
    ending = true;
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => leave(1, explain(error)),
    );
  };
  process.on('SIGINT', () => end(130));
  process.on('SIGTERM', () => end(143));
  process.on('disconnect', () => end(1));
}

function explain(error: unknown, port?: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another one, or --port 0 for a free one.`;
  if (code === 'EACCES' && port !== undefined && port < 1024)
    return `Port ${port} needs more rights than this user has.`;
  return message;
}

function leave(code: number, text: string): void {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
