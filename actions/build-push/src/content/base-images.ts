import type { Tool } from '../docker/tool.ts';

/** What a registry has under the name of a base image now. */
export type BaseImage =
  | {
      readonly kind: 'known';
      readonly digest: string;
      /** It has ONBUILD instructions, which may read anything of the context. */
      readonly readsContext: boolean;
    }
  | { readonly kind: 'unknown' };

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
  if (code !== 0 || digest === undefined) return { kind: 'unknown' };
  return { kind: 'known', digest, readsContext: /"OnBuild":\s*\[\s*"/i.test(image) };
}
