import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseForInfra } from '../lib/core/manifest/parse-for-infra.ts';
import { parseManifest } from '../lib/core/manifest/parse.ts';
import type { SelectedManifest } from '../lib/core/manifest/select.ts';
import { Trouble } from './trouble.ts';

/** The calling repository that a rehearsal plays. */
export const example = fileURLToPath(new URL('../../examples/smartboard', import.meta.url));
const environmentName = 'prod';

export type RehearsedManifest = { readonly text: string; readonly selected: SelectedManifest };

/**
 * Reads the example's slipway.yml, or `file` in its place. Throws `Findings` for what the manifest says wrongly, to the
 * actions or to the infrastructure, and Trouble for a good one that the rehearsal cannot play.
 */
export async function readManifest(file: string | undefined): Promise<RehearsedManifest> {
  const bytes = await readBounded(file ?? join(example, 'slipway.yml'));
  const manifest = parseManifest(bytes, file ?? 'slipway.yml');
  if (!manifest.environments.has(environmentName)) {
    const known = [...manifest.environments.keys()].join(', ');
    throw new Trouble(
      `The rehearsal plays the environment \`${environmentName}\`, and ${file ?? 'slipway.yml'} has only ${known}. Add it, or rename one.`,
    );
  }
  const text = bytes.toString('utf8');
  const selected = parseForInfra(text, { environment: environmentName, file: file ?? 'slipway.yml' });
  await refuseUnknownServices(selected);
  return { text, selected };
}

/** More than the parser takes, so that it is the parser that says what is too large. */
const mostBytes = 2 * 1024 * 1024;

async function readBounded(file: string): Promise<Buffer> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new Trouble(`--manifest ${file}: there is no such file.`, { cause });
  });
  // A pipe or a device may never end, or never begin.
  if (!found.isFile()) throw new Trouble(`--manifest ${file} is not a file.`);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What is built are the example's folders, whatever the manifest calls the services. */
async function refuseUnknownServices({ services }: SelectedManifest): Promise<void> {
  for (const { name, build } of services.values()) {
    const found = await stat(join(example, build.dockerfile)).catch(() => undefined);
    if (found?.isFile() === true) continue;
    throw new Trouble(
      `The rehearsal builds what is in examples/smartboard, and ${build.dockerfile} of the service ${name} is not there. ` +
        'Name a Dockerfile of the example, or leave the service out.',
    );
  }
}
