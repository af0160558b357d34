import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { bake } from './bake.ts';
import { readBakeFile } from './bake-file.ts';
import { BuildError } from './build-error.ts';
import { parseDockerCommand } from './command-line.ts';
import { plainProgress } from './progress.ts';
import { type Send, sendByFetch } from './registry.ts';

export type StandInWorld = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly directory: string;
  /** One line of stdout, and one of stderr. */
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly send?: Send;
};

/** Stands in for `docker` on machines without it: honours what building needs and refuses the rest. Answers an exit code. */
export async function runStandIn(words: readonly string[], world: StandInWorld): Promise<number> {
  try {
    const command = parseDockerCommand(words);
    if (command.kind === 'version') {
      world.print('github.com/docker/buildx v0.0.0+slipway.rehearsal stand-in');
      return 0;
    }
    const targets = [];
    for (const file of command.files) targets.push(...(await readBakeFile(file, command.targets, world.directory)));
    const metadata = await bake(targets, {
      progress: plainProgress(world.complain),
      send: world.send ?? sendByFetch,
      dockerConfig: world.environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
      epochSeconds: Number(world.environment['SOURCE_DATE_EPOCH'] ?? 0),
    });
    if (command.metadataFile !== undefined) {
      await writeFile(resolve(world.directory, command.metadataFile), `${JSON.stringify(metadata, undefined, 2)}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    world.complain(`ERROR: ${error.message}`);
    return 1;
  }
}
