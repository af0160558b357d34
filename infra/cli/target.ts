import { readFile } from 'node:fs/promises';
import { readIdentity, requireAccount } from '../../lib/aws/identity.ts';
import type { Aws } from '../../lib/aws/session.ts';
import { getParametersByPath } from '../../lib/aws/ssm.ts';
import { ActionError, Findings } from '../../lib/core/errors.ts';
import type { Standing } from '../../lib/core/manifest/infra-rules/removals.ts';
import { parseForInfra } from '../../lib/core/manifest/parse-for-infra.ts';
import type { Manifest } from '../../lib/core/manifest/model.ts';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { contractPrefix } from '../../lib/core/names.ts';
import type { Command } from './command.ts';
import type { CliWorld } from './world.ts';

/** One environment of a manifest that infrastructure can be made of. */
export type Target = {
  readonly manifest: SelectedManifest;
  /** The manifest's other environments in the same account and region. */
  readonly neighbours: readonly string[];
  readonly file: string;
  readonly contents: Uint8Array;
};

/** Reads the manifest; throws Findings with everything that is wrong with it. AWS is not asked. */
export async function readTarget({ manifest: path, file, environment }: Command): Promise<Target> {
  const contents = await readManifest(path);
  const manifest = parseForInfra(contents, { environment, file });
  return { manifest, neighbours: neighboursOf(manifest, parseManifest(contents, file)), file, contents };
}

function neighboursOf({ environment }: SelectedManifest, { environments }: Manifest): string[] {
  return [...environments.values()].flatMap(({ name, account, region }) =>
    name !== environment.name && account === environment.account && region === environment.region ? [name] : [],
  );
}

export async function readManifest(path: string, option = '--manifest'): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ActionError('E_INPUT', 'There is no readable manifest at this path.', {
      remedy: `Check ${option}.`,
      place: path,
      cause,
    });
  }
}

/** A session in the account that the manifest says, or E_SCOPE: asked before anything else. */
export async function openAccount({ manifest }: Target, world: CliWorld): Promise<Aws> {
  const { account, region } = manifest.environment;
  const aws = world.openAws(region);
  requireAccount(await readIdentity(aws), account, 'manifest');
  return aws;
}

/** What holds data and is deployed, but no longer in the manifest, unless it may go; undefined when there is nothing. */
export async function findRemovals(
  aws: Aws,
  { manifest, file, contents }: Target,
  { allowedRemovals }: Command,
): Promise<Findings | undefined> {
  const { application, environment } = manifest;
  const prefix = contractPrefix(application, environment.name);
  const names = [...(await getParametersByPath(aws, prefix)).keys()].map((name) => name.slice(prefix.length));
  const standing: Standing = { ...standingOf(names), allowed: allowedRemovals };
  try {
    parseForInfra(contents, { environment: environment.name, file, standing });
    return undefined;
  } catch (error) {
    if (error instanceof Findings) return error;
    throw error;
  }
}

/** From the names of the contract's parameters, such as `services/web` and `cache`. */
export function standingOf(names: readonly string[]): Omit<Standing, 'allowed'> {
  const below = (folder: string) =>
    names.flatMap((name) => (name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1)] : []));
  return {
    services: below('services'),
    storage: below('storage'),
    database: names.includes('database'),
    cache: names.includes('cache'),
  };
}
