import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Trouble } from '../trouble.ts';

/**
 * Folders to put before PATH so that `docker` is the wanted builder: the stand-in (made as a small script in
 * `directory`), or nothing when the real one is asked for and answers within two seconds.
 */
export async function prepareBuilder(builder: 'stand-in' | 'docker', directory: string): Promise<readonly string[]> {
  if (builder === 'docker') {
    await probeDocker();
    return [];
  }
  await mkdir(directory, { recursive: true });
  const shim = join(directory, 'docker');
  const program = fileURLToPath(new URL('docker.js', import.meta.url));
  await writeFile(shim, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(program)} "$@"\n`);
  await chmod(shim, 0o755);
  return [directory];
}

const probeMs = 2_000;

async function probeDocker(): Promise<void> {
  try {
    const format = ['version', '--format', '{{.Server.Version}}'];
    await promisify(execFile)('docker', format, { timeout: probeMs });
    await promisify(execFile)('docker', ['buildx', 'version'], { timeout: probeMs });
  } catch {
    throw new Trouble(
      '--builder docker needs a Docker daemon with buildx that answers within 2 s. ' +
        'Start it, or leave --builder out: the stand-in needs nothing.',
    );
  }
}

function quote(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
