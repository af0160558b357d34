import type { Tool } from '../docker/tool.ts';
import { readDockerfile } from './dockerfile.ts';

/** What a registry has under the name of a base image now. */
export type BaseImage =
  | {
      readonly kind: 'known';
      readonly digest: string;
      /** What its ONBUILD instructions, which are carried out in the image that is built on it, read besides. */
      readonly onbuild: OnbuildReads;
    }
  | { readonly kind: 'unknown' };

export type OnbuildReads = 'nothing' | 'context' | 'elsewhere';

/** Answers for each name once. */
export type BaseImages = (name: string) => Promise<BaseImage>;

/** Asks the registries by way of buildx, which knows the logins and mirrors of docker. */
export function openBaseImages(tool: Tool): BaseImages {
  const known = new Map<string, Promise<BaseImage>>();
  return (name) => {
    const found = known.get(name) ?? inspect(tool, name);
    known.set(name, found);
    return found;
  };
}

async function inspect(tool: Tool, name: string): Promise<BaseImage> {
  // A name that begins with a hyphen is no name, and must not become an option.
  if (!/^[a-z0-9]/i.test(name)) return { kind: 'unknown' };
  const words = ['buildx', 'imagetools', 'inspect', name, '--format', '{{json .Manifest.Digest}} {{json .Image}}'];
  const { code, output } = await tool.ask(words);
  const [, digest, image = ''] = /^"(sha256:[0-9a-f]{64})" (.*)$/s.exec(output.trim()) ?? [];
  if (code !== 0 || digest === undefined || !isJson(image)) return { kind: 'unknown' };
  return { kind: 'known', digest, onbuild: readOnbuild(image) };
}

/**
 * Of an image's configuration, or of several by platform, as buildx shows it. Which files of the context they copy is not
 * followed up: they count as all of them.
 */
export function readOnbuild(text: string): OnbuildReads {
  const instructions = onbuildOf(JSON.parse(text));
  if (instructions.length === 0) return 'nothing';
  const { images, unknown } = readDockerfile(['FROM scratch', ...instructions].join('\n'), new Map());
  return unknown === undefined && images.length === 0 ? 'context' : 'elsewhere';
}

/** Wherever it is in there. */
function onbuildOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name.toLowerCase() === 'onbuild' && Array.isArray(member) ? member.map(String) : onbuildOf(member),
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
