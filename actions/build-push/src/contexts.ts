import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Findings, type Finding } from '../../../lib/core/errors.ts';
import type { ImagePlan } from './plan.ts';

/**
 * Every build context is a folder and every Dockerfile a file of the checkout, symbolic links followed: what lies
 * outside of it must not get into an image. Throws Findings with all that are not.
 */
export async function checkContexts(workspace: string, images: readonly ImagePlan[]): Promise<void> {
  const root = await realpath(workspace);
  const checks = images.flatMap(({ service, build }) => [
    check(root, build.context, { service, key: 'build.context', kind: 'folder' }),
    check(root, build.dockerfile, { service, key: 'build.dockerfile', kind: 'file' }),
  ]);
  const [first, ...rest] = (await Promise.all(checks)).filter((finding) => finding !== undefined);
  if (first !== undefined) throw new Findings([first, ...rest], 'What is to be built');
}

type Wanted = { readonly service: string; readonly key: string; readonly kind: 'folder' | 'file' };

async function check(root: string, path: string, { service, key, kind }: Wanted): Promise<Finding | undefined> {
  const place = `services.${service}.${key}`;
  const found = await realpath(join(root, path)).catch(() => undefined);
  if (found === undefined)
    return {
      code: 'E_INPUT',
      place,
      message: `There is no such ${kind} in the checkout.`,
      remedy: 'Correct the path.',
    };
  if (found !== root && !found.startsWith(root + sep)) {
    return {
      code: 'E_INPUT',
      place,
      message: 'It leads out of the checkout.',
      remedy: 'Keep what is built inside the repository.',
    };
  }
  const entry = await stat(found);
  if (kind === 'folder' ? entry.isDirectory() : entry.isFile()) return undefined;
  return { code: 'E_INPUT', place, message: `It is not a ${kind}.`, remedy: 'Correct the path.' };
}
