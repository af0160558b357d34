import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BakeWorld, bake } from './bake.ts';
import { readBakeFile } from './bake-file.ts';
import { sha256 } from './blob.ts';
import { BuildError } from './build-error.ts';
import { type DockerCommand, parseDockerCommand } from './command-line.ts';
import { type LocalImages, buildPlainly, pushPlainly } from './plain-docker.ts';
import { plainProgress } from './progress.ts';
import { type Send, sendByFetch } from './registry.ts';
import { nodeImage } from './stage.ts';

export type StandInWorld = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where relative paths start. */
  readonly directory: string;
  /** One line of stdout, and one of stderr. */
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly send?: Send;
  /** The docker that is stood in for: one with BuildKit (the default), with the docker driver alone, or without buildx. */
  readonly like?: 'buildkit' | 'docker-driver' | 'plain-docker';
  /** What `docker build` leaves behind for `docker push`. */
  readonly local?: LocalImages;
};

/** Stands in for `docker` on machines without it: honours what building needs and refuses the rest. Answers an exit code. */
export async function runStandIn(words: readonly string[], world: StandInWorld): Promise<number> {
  try {
    if (words[0] === 'buildx' && world.like === 'plain-docker') {
      throw new BuildError("docker: 'buildx' is not a docker command.");
    }
    return await carryOut(parseDockerCommand(words), world);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    world.complain(`ERROR: ${error.message}`);
    return 1;
  }
}

async function carryOut(command: DockerCommand, world: StandInWorld): Promise<number> {
  const { print } = world;
  switch (command.kind) {
    case 'version':
      print('github.com/docker/buildx v0.0.0+slipway.rehearsal stand-in');
      break;
    case 'inspect':
      print('Name:   default');
      print(`Driver: ${world.like === 'docker-driver' ? 'docker' : 'stand-in'}`);
      break;
    case 'inspect-image':
      print(JSON.stringify(describeBase(command.name)));
      break;
    case 'bake':
      await carryOutBake(command, world);
      break;
    case 'build':
      await buildPlainly(command, { ...bakeWorld(world), directory: world.directory, local: world.local ?? new Map() });
      break;
    case 'push':
      print(await pushPlainly(command.reference, { ...bakeWorld(world), local: world.local ?? new Map() }));
      break;
  }
  return 0;
}

async function carryOutBake(command: DockerCommand & { kind: 'bake' }, world: StandInWorld): Promise<void> {
  const targets = [];
  for (const file of command.files) targets.push(...(await readBakeFile(file, command.targets, world.directory)));
  if (world.like === 'docker-driver' && targets.some(({ push }) => push !== undefined && push.tag === undefined)) {
    throw new BuildError(
      'push-by-digest is currently not implemented for docker driver, please create a new builder instance',
    );
  }
  const metadata = await bake(targets, bakeWorld(world));
  if (command.metadataFile !== undefined) {
    await writeFile(resolve(world.directory, command.metadataFile), `${JSON.stringify(metadata, undefined, 2)}\n`);
  }
}

function bakeWorld({ complain, send, environment }: StandInWorld): BakeWorld {
  return {
    progress: plainProgress(complain),
    send: send ?? sendByFetch,
    dockerConfig: environment['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
    epochSeconds: Number(environment['SOURCE_DATE_EPOCH'] ?? 0),
  };
}

/** Manifest and configuration in one of the one base that there is, this machine's Node: it changes with its version. */
function describeBase(name: string): object {
  if (!nodeImage.test(name)) throw new BuildError(`${name}: not found`);
  const config = { digest: sha256(Buffer.from(`${name} ${process.version}`)) };
  return { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [] };
}
