import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { infraHashes } from '../../lib/core/infra-hash.ts';
import { stackName, stackParts } from '../../lib/core/names.ts';
import type { StackPart } from '../../lib/core/names.ts';
import { readSuiteFiles, sha256 } from '../../lib/world/suite-files.ts';
import type { Command, Part } from './command.ts';
import type { Target } from './target.ts';
import type { CliWorld } from './world.ts';

/** A template as CloudFormation knows it. */
export type Template = Readonly<Record<string, unknown>>;

/** A stack as the app has made it, in the order of deployment. */
export type SynthesisedStack = { readonly name: string; readonly part: StackPart; readonly template: Template };

/** Runs the app for one environment; `cdk deploy` then takes what it wrote, so that what was shown is what is made. */
export async function synthesise(
  { manifest }: Target,
  { manifest: path, environment, output, commit, emulator }: Command,
  { cdk, suite }: CliWorld,
): Promise<readonly SynthesisedStack[]> {
  const { hash, registryHash } = infraHashes(manifest, await readSuiteFiles(suite), sha256);
  const context = { manifest: path, environment, hash, registryHash, commit, emulator };
  const settings = Object.entries(context).flatMap(([key, value]) =>
    value === undefined ? [] : ['--context', `${key}=${value}`],
  );
  await mkdir(output, { recursive: true });
  await cdk(['synth', '--quiet', '--output', output, ...settings], join(suite, 'infra'));
  return readAssembly(output, manifest.application, environment);
}

/** What CDK wrote into a folder. A stack that has no file is not wanted: without a public service there is no edge. */
async function readAssembly(folder: string, application: string, environment: string): Promise<SynthesisedStack[]> {
  const { artifacts }: { artifacts: Record<string, { type: string } | undefined> } = JSON.parse(
    await readFile(join(folder, 'manifest.json'), 'utf8'),
  );
  const named = stackParts.map((part) => ({ part, name: stackName(application, environment, part) }));
  const made = named.filter(({ name }) => artifacts[name]?.type === 'aws:cloudformation:stack');
  return Promise.all(
    made.map(async ({ name, part }) => {
      const template: Template = JSON.parse(await readFile(join(folder, `${name}.template.json`), 'utf8'));
      return { name, part, template };
    }),
  );
}

/** Registries and roles are made first, so that images can be pushed while the rest is made. */
export function isInPart(stack: { readonly part: StackPart }, part: Part): boolean {
  return part === 'all' || (part === 'registry') === (stack.part === 'registry' || stack.part === 'delivery');
}
