import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aws } from '../../../lib/aws/session.ts';
import { getParameter } from '../../../lib/aws/ssm.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import { infraHashes } from '../../../lib/core/infra-hash.ts';
import { parseForInfra } from '../../../lib/core/manifest/parse-for-infra.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { contractPrefix } from '../../../lib/core/names.ts';
import type { Step } from '../../../lib/github/step.ts';
import { openSession } from '../../../lib/world/open-session.ts';
import { readSuiteFiles, sha256 } from '../../../lib/world/suite-files.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import type { InfraInputs } from './inputs.ts';
import { type Unchanged, describeUnchanged, summariseUnchanged } from './report.ts';

/** Says in `changed` whether the app has anything to do: two calls of AWS, and nothing installed. */
export async function look(inputs: InfraInputs, step: Step, surroundings: Surroundings): Promise<void> {
  requireApp(inputs.suite);
  const manifest = await readForInfra(inputs, step);
  const aws = await openSession(step, inputs, manifest.environment, surroundings);
  const standing = inputs.operation === 'drift' ? undefined : await findUnchanged(aws, manifest, inputs);
  step.outputs.set('changed', String(standing === undefined));
  if (standing === undefined) return;
  step.log.info(describeUnchanged(standing));
  step.summary.add(summariseUnchanged(manifest, standing));
}

/** A version of Slipway from before the app, or one that was vendored without it. */
function requireApp(suite: string): void {
  if (existsSync(join(suite, 'infra', 'package.json'))) return;
  throw new ActionError('E_STATE', 'This copy of Slipway has no infrastructure app.', {
    remedy:
      'Take all of Slipway; or describe what you have under `infra` in the manifest and give deploy.yml `infra: none`.',
    place: 'infra',
  });
}

/** Throws Findings with everything that nothing can be made of. */
export async function readForInfra(
  { manifest: path, environment }: InfraInputs,
  { workspace }: Pick<Step, 'workspace'>,
): Promise<SelectedManifest> {
  let contents: Uint8Array;
  try {
    contents = await readFile(join(workspace, path));
  } catch (cause) {
    throw new ActionError('E_INPUT', 'There is no readable manifest at this path.', {
      remedy: 'Check out the repository before this step, and check the input `manifest`.',
      place: 'manifest',
      cause,
    });
  }
  return parseForInfra(contents, { environment, file: path });
}

/** Undefined when there is something to do: the manifest or the app says another thing than what stands. */
async function findUnchanged(
  aws: Aws,
  manifest: SelectedManifest,
  { part, suite }: InfraInputs,
): Promise<Unchanged | undefined> {
  const { hash, registryHash } = infraHashes(manifest, await readSuiteFiles(suite), sha256);
  const prefix = contractPrefix(manifest.application, manifest.environment.name);
  const names = { rest: ['hash'], registry: ['registry-hash'], all: ['hash', 'registry-hash'] }[part];
  const wanted: Readonly<Record<string, string>> = { hash, 'registry-hash': registryHash };
  const found = await Promise.all(names.map((name) => getParameter(aws, `${prefix}${name}`)));
  const published = found.map((parameter, at) => {
    const { hash: said, commit } = readPublished(parameter?.value);
    return said === wanted[names[at] ?? ''] ? { since: parameter?.modifiedAt ?? 0, commit } : undefined;
  });
  return published.includes(undefined) ? undefined : published[0];
}

/** `{"hash", "commit"?}`; whatever else stands there is no hash of ours. */
function readPublished(text = '{}'): { hash?: string; commit?: string } {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
