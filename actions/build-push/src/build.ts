import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../../../lib/core/errors.ts';
import { isDigest } from '../../../lib/core/registry.ts';
import type { Images } from '../../../lib/core/release.ts';
import type { Variables } from '../../../lib/github/inputs.ts';
import type { Step } from '../../../lib/github/step.ts';
import { bakeDefinition } from './bake.ts';
import { explainBuildFailure } from './build-failure.ts';
import type { Docker } from './docker.ts';
import type { Login } from './log-in.ts';
import type { BuildPlan } from './plan.ts';

export type BuildWorld = { readonly docker: Docker; readonly login: Login; readonly variables: Variables };

/** Builds and pushes every image with one call of `docker buildx bake`. Answers what BuildKit says the digests are. */
export async function buildImages(
  step: Step,
  plan: BuildPlan,
  { docker, login, variables }: BuildWorld,
): Promise<Images> {
  const directory = join(step.temporaryDirectory, 'bake');
  await mkdir(directory, { recursive: true });
  const definition = join(directory, 'bake.json');
  const metadata = join(directory, 'metadata.json');
  await writeFile(definition, `${JSON.stringify(bakeDefinition(plan), undefined, 2)}\n`);

  const tail: string[] = [];
  const words = ['buildx', 'bake', '--file', definition, '--metadata-file', metadata, '--progress', 'plain'];
  const code = await step.log.group(`docker ${words.slice(0, 2).join(' ')} (${plan.images.length} images)`, () =>
    docker(words, {
      environment: builderEnvironment(variables, login),
      directory: step.workspace,
      signal: step.signal,
      onLine(line) {
        step.log.info(line);
        tail.push(line);
        if (tail.length > rememberedLines) tail.shift();
      },
    }),
  );
  step.signal.throwIfAborted();
  if (code !== 0) throw explainBuildFailure(code, tail);
  return readDigests(await readFile(metadata, 'utf8'), plan);
}

const rememberedLines = 200;

/** What docker needs and no more: neither AWS's credentials nor GitHub's tokens are a Dockerfile's business. */
function builderEnvironment(variables: Variables, login: Login): Record<string, string> {
  const passed = Object.entries(variables).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && passedOn.some((pattern) => pattern.test(entry[0]));
  });
  return { ...Object.fromEntries(passed), DOCKER_CONFIG: login.directory, BUILDX_CONFIG: login.buildxDirectory };
}

const passedOn = [
  /^(PATH|HOME|USER|TMPDIR|LANG|XDG_RUNTIME_DIR)$/,
  /^(DOCKER_HOST|DOCKER_CONTEXT|DOCKER_TLS_VERIFY|DOCKER_CERT_PATH)$/,
  /^(BUILDX_BUILDER|BUILDX_CONFIG|BUILDKIT_HOST|BUILDKIT_COLORS|SOURCE_DATE_EPOCH)$/,
  /^(https?|no|all)_proxy$/i,
];

/** The digest of each target, out of what `--metadata-file` holds. */
function readDigests(metadata: string, { images }: Pick<BuildPlan, 'images'>): Images {
  const targets: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = JSON.parse(metadata);
  return Object.fromEntries(
    images.map(({ service }) => {
      const digest = targets[service]?.['containerimage.digest'];
      if (typeof digest !== 'string' || !isDigest(digest)) {
        throw new ActionError('E_STATE', `docker reports no digest for ${service}.`, {
          remedy: 'Use a builder with BuildKit, e.g. by docker/setup-buildx-action before this step.',
          place: service,
        });
      }
      return [service, digest];
    }),
  );
}
