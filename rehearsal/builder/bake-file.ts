import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BuildError } from './build-error.ts';

/** One image to be made and pushed, as a bake definition says it. */
export type BakeTarget = {
  readonly name: string;
  /** Absolute. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  readonly stage: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  /** Undefined: nowhere. */
  readonly push: PushTarget | undefined;
  /** Attestations that the image gets an index for, e.g. `provenance`. */
  readonly attestations: readonly string[];
};

export type PushTarget = {
  /** Registry and repository. */
  readonly repository: string;
  /** Undefined: by digest alone. */
  readonly tag: string | undefined;
};

/** What the stand-in can honour of a definition; a member it does not know is an error, never passed over. */
const definition = z.strictObject({
  group: z.record(z.string(), z.strictObject({ targets: z.array(z.string()) })),
  target: z.record(
    z.string(),
    z.strictObject({
      context: z.string(),
      dockerfile: z.string(),
      target: z.string().optional(),
      args: z.record(z.string(), z.string()).default({}),
      labels: z.record(z.string(), z.string()).default({}),
      // Read by RUN alone, which is not to be had here.
      secret: z.array(z.string()).optional(),
      platforms: z.array(z.string()).min(1),
      output: z.tuple([z.string()]),
      attest: z.array(z.string()).default([]),
      // Everything is made anew each time, so there is nothing to cache.
      'cache-from': z.array(z.string()).optional(),
      'cache-to': z.array(z.string()).optional(),
      'no-cache': z.boolean().optional(),
      pull: z.boolean().optional(),
    }),
  ),
});

type Definition = z.infer<typeof definition>;

/** The targets of a JSON bake file that were asked for by target or group name. Relative paths start at `directory`. */
export async function readBakeFile(file: string, wanted: readonly string[], directory: string): Promise<BakeTarget[]> {
  const parsed = definition.safeParse(JSON.parse(await readFile(resolve(directory, file), 'utf8')));
  if (!parsed.success) throw new BuildError(`${file}: ${z.prettifyError(parsed.error)}`);
  const names = (wanted.length === 0 ? ['default'] : wanted).flatMap((name) => namesOf(name, parsed.data));
  return [...new Set(names)].map((name) => readTarget(name, parsed.data, directory));
}

function namesOf(name: string, { group, target }: Definition): readonly string[] {
  if (Object.hasOwn(target, name)) return [name];
  if (Object.hasOwn(group, name)) return group[name]!.targets;
  throw new BuildError(`failed to find target ${name}`);
}

function readTarget(name: string, { target: targets }: Definition, directory: string): BakeTarget {
  const { context, dockerfile, target: stage, args, labels, platforms, output, attest } = targets[name]!;
  const absolute = resolve(directory, plain(context));
  return {
    name,
    context: absolute,
    dockerfile: resolve(absolute, plain(dockerfile)),
    stage,
    args: plainValues(args),
    labels: plainValues(labels),
    platforms,
    push: readOutput(name, output[0]),
    attestations: attest.filter((entry) => !entry.endsWith(',disabled=true')).map(attestationType),
  };
}

/** `type=image,name=…,push-by-digest=true,name-canonical=true,push=true`, or with a tag in the name and no digest. */
function readOutput(name: string, output: string): PushTarget | undefined {
  if (output === 'type=cacheonly') return undefined;
  const settings = new Map(
    output.split(',').map((pair) => [pair.split('=', 1)[0]!, pair.slice(pair.indexOf('=') + 1)]),
  );
  const [, repository, tag] = /^(.+?)(?::([\w.-]+))?$/.exec(settings.get('name') ?? '') ?? [];
  const byDigest = settings.get('push-by-digest') === 'true';
  const isPushed = settings.get('type') === 'image' && settings.get('push') === 'true';
  if (!isPushed || repository === undefined || byDigest === (tag !== undefined))
    throw new BuildError(`${name}: the stand-in pushes images by digest or with a tag, or builds them for nobody`);
  return { repository, tag };
}

function attestationType(entry: string): string {
  return /^type=([a-z]+)/.exec(entry)?.[1] ?? entry;
}

function plainValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value)]));
}

/** In a bake file, even a JSON one, `${` and `%{` begin a template, and are doubled when they are meant literally. */
function plain(text: string): string {
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(text)) throw new BuildError('templates in a bake file are not evaluated here');
  return text.replaceAll('$${', '${').replaceAll('%%{', '%{');
}
