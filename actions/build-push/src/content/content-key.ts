import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BuildOptions, ImagePlan } from '../plan.ts';
import type { BaseImages } from './base-images.ts';
import type { ContextEntry, ContextReader } from './context-files.ts';
import { type DockerfileReads, readDockerfile } from './dockerfile.ts';
import { matcherOf } from './dockerignore.ts';

/** A name for all that goes into an image: two builds with the same key need not both be made. */
export type Content =
  | {
      readonly kind: 'known';
      readonly tag: string;
      /** Images that it is built on. */
      readonly bases: readonly string[];
    }
  /** It may be different at every build, or cannot be told. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Raise it when the same inputs shall make other images than before. */
const keyVersion = 2;

export type ContentWorld = { readonly contexts: ContextReader; readonly bases: Pick<BaseImages, 'find'> };

/** The content of one image: its part of the context, Dockerfile, arguments, secrets, base images and options. */
export async function readContent(
  { build, secrets }: ImagePlan,
  options: BuildOptions,
  { contexts, bases }: ContentWorld,
): Promise<Content> {
  const text = await contexts.text(build.dockerfile);
  const reads = readDockerfile(text, build.args);
  if (reads.unknown !== undefined) return { kind: 'unknown', why: reads.unknown };
  const [found, entries] = await Promise.all([
    Promise.all(reads.images.map(async (name) => ({ name, base: await bases.find(name) }))),
    contexts.list(build.context, build.dockerfile),
  ]);
  const images: Record<string, string> = {};
  for (const { name, base } of found) {
    if (base.kind === 'unknown') return { kind: 'unknown', why: `its base image ${name} cannot be looked up` };
    images[name] = base.hash;
  }
  const files = await Promise.all(
    chooseEntries(entries, reads.context).map(async (entry) => [
      entry.path,
      entry.kind,
      entry.mode,
      await contexts.hash(build.context, entry),
    ]),
  );
  const { provenance, sbom, compression } = options;
  const parts = {
    version: keyVersion,
    dockerfile: sha256(text),
    target: build.target,
    args: [...build.args].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    platforms: build.platforms,
    secrets: await Promise.all(secrets.map(async ({ id, file }) => [id, sha256(await readFile(file))])),
    options: { provenance, sbom, compression },
    images,
    files,
  };
  return { kind: 'known', tag: `${contentTagPrefix}${sha256(JSON.stringify(parts))}`, bases: reads.bases };
}

/** Tags that begin so say what an image was made of. */
export const contentTagPrefix = 'content-';

/**
 * What these sources of the context stand for. When one of them names nothing, or a symbolic link, which the builder
 * follows, it is taken for all of the context.
 */
function chooseEntries(entries: readonly ContextEntry[], context: DockerfileReads['context']): readonly ContextEntry[] {
  if (context === 'everything') return entries;
  const matchers = context.map((source) => matcherOf(source));
  const isRoot = context.some((source) => /^(?:\.?\/)*\.?$/.test(source));
  const chosen = matchers.map((matches) => entries.filter(({ path }) => matches(path)));
  const unclear = chosen.some((found) => found.length === 0 || found.some(({ kind }) => kind === 'link'));
  if (isRoot || unclear) return entries;
  const wanted = new Set(chosen.flat());
  return entries.filter((entry) => wanted.has(entry));
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
