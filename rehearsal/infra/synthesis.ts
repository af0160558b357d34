import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { infraHashes } from '../../lib/core/infra-hash.ts';
import { stackName, stackParts } from '../../lib/core/names.ts';
import { readSuiteFiles, sha256 } from '../../lib/world/suite-files.ts';
import type { RehearsedManifest } from '../manifest.ts';
import { Trouble } from '../trouble.ts';

/** What the infra app makes of a manifest: CloudFormation's templates in the order in which they are deployed. */
export type Synthesis = {
  readonly stacks: readonly SynthesisedStack[];
  /** The cloud assembly, as `cdk --app` takes it. */
  readonly folder: string;
  /** `cache`: nothing that a template depends on has changed since it was last synthesised. */
  readonly from: 'app' | 'cache';
  readonly seconds: number;
};

export type SynthesisedStack = { readonly name: string; readonly template: string };

/**
 * Runs the app in a process of its own, once for each content that it depends on. `kept` is where templates are kept.
 * Throws Trouble with the app's own words.
 */
export async function synthesise(manifest: RehearsedManifest, signal: AbortSignal, kept?: string): Promise<Synthesis> {
  const started = performance.now();
  const suite = suiteFolder();
  const { application, environment } = manifest.selected;
  const hashes = infraHashes(manifest.selected, await readSuiteFiles(suite), sha256);
  const cache = kept ?? (await cacheFolder(suite));
  const folder = join(cache, hashes.hash);
  const from = existsSync(join(folder, 'manifest.json')) ? 'cache' : 'app';
  if (from === 'app') {
    const work = join(cache, `.${process.pid}-${hashes.hash}`);
    await mkdir(work, { recursive: true });
    try {
      await runApp({ suite, work, text: manifest.text, environment: environment.name, hashes, signal });
      await keep(work, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    await forgetOld(cache);
  }
  const stacks = await readStacks(folder, application, environment.name);
  return { stacks, folder, from, seconds: (performance.now() - started) / 1000 };
}

/** Where Slipway lies: this file is run from the sources, and from what is built of them. */
function suiteFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'infra', 'cdk.json'))) {
    if (dirname(folder) === folder)
      throw new Trouble('The infra app is not beside the rehearsal: is this a whole checkout?');
    folder = dirname(folder);
  }
  return folder;
}

/** In the checkout; in a folder of this user's own where that cannot be written. */
async function cacheFolder(suite: string): Promise<string> {
  const inCheckout = join(suite, 'build', 'synthesised');
  try {
    await mkdir(inCheckout, { recursive: true });
    return inCheckout;
  } catch {
    const user = process.getuid?.() ?? 0;
    const own = join(tmpdir(), `slipway-synthesised-${user}`);
    await mkdir(own, { recursive: true, mode: 0o700 });
    if ((await stat(own)).uid !== user) throw new Trouble(`${own} is another user's. Name another folder in TMPDIR.`);
    return own;
  }
}

type Run = {
  readonly suite: string;
  readonly work: string;
  readonly text: string;
  readonly environment: string;
  readonly hashes: { readonly hash: string; readonly registryHash: string };
  readonly signal: AbortSignal;
};

/** As the CDK's CLI starts it, with what `cdk.json` and the command line would say. */
async function runApp({ suite, work, text, environment, hashes, signal }: Run): Promise<void> {
  const infra = join(suite, 'infra');
  const manifest = join(work, 'slipway.yml');
  await writeFile(manifest, text);
  const { context } = JSON.parse(await readFile(join(infra, 'cdk.json'), 'utf8')) as { context: object };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: infra,
    env: {
      PATH: process.env['PATH'] ?? '',
      TMPDIR: tmpdir(),
      CDK_OUTDIR: join(work, 'out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, manifest, environment, ...hashes }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let said = '';
  const listen = (part: Buffer) => void (said += part.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Trouble(`The infra app did not synthesise this manifest:\n${lastLines(said)}`);
}

const lastLines = (text: string) => text.trimEnd().split('\n').slice(-30).join('\n');

async function keep(work: string, folder: string): Promise<void> {
  try {
    await rename(join(work, 'out'), folder);
  } catch (error) {
    // Another rehearsal was faster, with the same content.
    if (!existsSync(join(folder, 'manifest.json'))) throw error;
  }
}

const manyAreKept = 8;

async function forgetOld(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const dated = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(cache, name))).mtimeMs })));
  const old = dated.toSorted((one, other) => other.time - one.time).slice(manyAreKept);
  await Promise.all(old.map(({ name }) => rm(join(cache, name), { recursive: true, force: true })));
}

/** A stack that has no file is not wanted: without a public service there is no edge. */
async function readStacks(folder: string, application: string, environment: string): Promise<SynthesisedStack[]> {
  const written = new Set(await readdir(folder));
  const names = stackParts.map((part) => stackName(application, environment, part));
  const made = names.filter((name) => written.has(`${name}.template.json`));
  return Promise.all(
    made.map(async (name) => ({ name, template: await readFile(join(folder, `${name}.template.json`), 'utf8') })),
  );
}
