import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseManifest } from '../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../lib/core/manifest/select.ts';
import { provisionInfrastructure } from '../rehearsal/infra/index.ts';
import { runAction } from '../rehearsal/runner/run-action.ts';
import { simulateAws } from '../simulator/aws.ts';
import { scaledClock } from '../simulator/clock.ts';
import { fleetManifest } from './fleet.ts';

/** One run of build-push's bundle, with the stand-in for docker; e2e/docker has the figures with a real one. */
export type BuildFigures = {
  readonly seconds: number;
  /** Before and after the one call of bake: what build-push adds to a build, however long that takes. */
  readonly aroundBake: number;
  /** Of STS and ECR; those that bake makes by the registry's protocol are not among them. */
  readonly calls: number;
  readonly uploads: number;
};

/** So many services that were never built, and then the next commit with the same content. */
export async function measureBuilds(services: number): Promise<{ cold: BuildFigures; unchanged: BuildFigures }> {
  const workspace = await mkdtemp(join(tmpdir(), 'bench-'));
  const seen: { readonly service: string; readonly operation: string }[] = [];
  const cloud = simulateAws({ clock: scaledClock(1), log: (call) => seen.push(call) });
  try {
    const text = fleetManifest(services);
    const manifest = selectEnvironment(parseManifest(text), 'prod');
    await provisionInfrastructure({ provision: (resources) => cloud.provision(resources) }, manifest, {
      repository: 'example/smartboard',
      driver: 'model',
      missingSecrets: [],
    });
    await writeFile(join(workspace, 'slipway.yml'), text);
    await writeFile(join(workspace, 'Dockerfile'), 'FROM node:24\nCOPY slipway.yml /\nCMD ["node"]\n');
    const { url } = await cloud.listen({ port: 0 });
    const job = { url, workspace, path: await standIn(workspace) };
    return { cold: await run(job, 'c', seen), unchanged: await run(job, 'd', seen) };
  } finally {
    await cloud.close();
    await rm(workspace, { recursive: true });
  }
}

type Job = { readonly url: string; readonly workspace: string; readonly path: string };
type Seen = readonly { readonly service: string; readonly operation: string }[];

async function run({ url, workspace, path }: Job, commit: string, seen: Seen): Promise<BuildFigures> {
  const before = seen.length;
  const startedAt = performance.now();
  const bake = { from: startedAt, to: startedAt };
  const result = await runAction(fileURLToPath(new URL('../actions/build-push', import.meta.url)), {
    inputs: { environment: 'prod', 'cache-to': 'none' },
    environment: {
      PATH: `${path}:${process.env['PATH']}`,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'simulator',
      AWS_SECRET_ACCESS_KEY: 'simulator',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REPOSITORY: 'example/smartboard',
      GITHUB_SHA: commit.repeat(40),
      SOURCE_DATE_EPOCH: '1790000000',
    },
    workspace,
    temporaryDirectory: workspace,
    onLine(line) {
      if (line.includes('docker buildx bake')) bake.from = performance.now();
      if (line.startsWith('#')) bake.to = performance.now();
    },
  });
  const endedAt = performance.now();
  if (result.status !== 0) throw new Error(`build-push failed:\n${result.log}`);
  const calls = seen.slice(before);
  return {
    seconds: (endedAt - startedAt) / 1000,
    aroundBake: (bake.from - startedAt + (endedAt - bake.to)) / 1000,
    calls: calls.filter(({ service }) => service === 'sts' || service === 'ecr').length,
    uploads: calls.filter(({ operation }) => operation === 'StartUpload').length,
  };
}

/** A folder with a program `docker`: the stand-in, run from its sources; short questions a shell answers, in no time. */
async function standIn(workspace: string): Promise<string> {
  const directory = join(workspace, 'bin');
  const program = fileURLToPath(new URL('../rehearsal/builder/docker.ts', import.meta.url));
  const words = [process.execPath, '--disable-warning=ExperimentalWarning', program].map((word) => `'${word}'`);
  const base = JSON.stringify({ config: { digest: `sha256:${'0'.repeat(64)}` }, layers: [] });
  const script = [
    '#!/bin/sh',
    'case "$2" in',
    "  inspect) echo 'Driver: stand-in' ;;",
    `  imagetools) echo '${base}' ;;`,
    `  *) exec ${words.join(' ')} "$@" ;;`,
    'esac',
    '',
  ];
  await mkdir(directory);
  await writeFile(join(directory, 'docker'), script.join('\n'), { mode: 0o755 });
  return directory;
}
