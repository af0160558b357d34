import { createHash } from 'node:crypto';
import { parseManifest } from '../../../../lib/aws/image-manifest.ts';
import type { Tool } from '../docker/tool.ts';

/** What a registry has under the name of a base image now. */
export type BaseImage =
  | {
      readonly kind: 'known';
      /** Of its manifest or index, as the registry gives it. */
      readonly hash: string;
      readonly manifest: string;
    }
  | { readonly kind: 'unknown' };

/** Asks the registries by way of buildx, which knows the logins and mirrors of docker; each question once. */
export type BaseImages = {
  find(name: string): Promise<BaseImage>;
  /**
   * Whether it has ONBUILD instructions, which are carried out in every image that is built on it; undefined when the
   * registry does not tell.
   */
  hasOnbuild(name: string, platform: string): Promise<boolean | undefined>;
};

export function openBaseImages(tool: Tool): BaseImages {
  const answers = new Map<string, Promise<string | undefined>>();
  const raw = (name: string) => {
    const answer = answers.get(name) ?? inspect(tool, name);
    answers.set(name, answer);
    return answer;
  };
  return {
    async find(name) {
      const manifest = await raw(name);
      if (manifest === undefined) return { kind: 'unknown' };
      return { kind: 'known', hash: createHash('sha256').update(manifest).digest('hex'), manifest };
    },
    async hasOnbuild(name, platform) {
      const config = await configOf(name, platform, raw);
      return config === undefined ? undefined : listsOnbuild(JSON.parse(config));
    },
  };
}

/** The manifest, the index or the blob under a name; undefined when it is not to be had, or is none of these. */
async function inspect(tool: Tool, name: string): Promise<string | undefined> {
  // A name that begins with a hyphen is no name, and must not become an option.
  if (!/^[a-z0-9]/i.test(name)) return undefined;
  const { code, output } = await tool.ask(['buildx', 'imagetools', 'inspect', name, '--raw']);
  return code === 0 && isJsonObject(output) ? output : undefined;
}

/** buildx's own view of an image leaves ONBUILD out, so its configuration is fetched as it is, by digest. */
async function configOf(
  name: string,
  platform: string,
  raw: (name: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const text = await raw(name);
  const top = text === undefined ? undefined : parseManifest(text);
  if (top?.kind !== 'index') return top && raw(`${repository}@${top.config}`);
  const child = top.children.find((one) => one.platform === platform) ?? top.children[0];
  const own = child && (await raw(`${repository}@${child.digest}`));
  const image = own === undefined ? undefined : parseManifest(own);
  return image?.kind === 'image' ? raw(`${repository}@${image.config}`) : undefined;
}

/** https://github.com/moby/docker-image-spec/blob/main/specs-go/v1/image.go */
function listsOnbuild({ config }: { readonly config?: { readonly OnBuild?: readonly string[] | null } }): boolean {
  return (config?.OnBuild ?? []).length > 0;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
