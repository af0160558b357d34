import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ActionError } from '../core/errors.ts';
import { parseManifest } from '../core/manifest/parse.ts';
import { type SelectedManifest, selectEnvironment } from '../core/manifest/select.ts';
import type { CommonInputs } from '../github/common-inputs.ts';
import type { Step } from '../github/step.ts';

/** The manifest as the chosen environment sees it; Findings with every error in it. */
export async function readManifest(
  { workspace }: Pick<Step, 'workspace'>,
  { manifest, environment }: Pick<CommonInputs, 'manifest' | 'environment'>,
): Promise<SelectedManifest> {
  return selectEnvironment(parseManifest(await readBytes(workspace, manifest), manifest), environment);
}

async function readBytes(workspace: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(join(workspace, path));
  } catch (cause) {
    throw new ActionError('E_INPUT', 'There is no readable manifest at this path.', {
      remedy: 'Check out the repository before this step, and check the input `manifest`.',
      place: 'manifest',
      cause,
    });
  }
}
