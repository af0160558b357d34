import { parseArgs } from 'node:util';
import { BuildError } from './build-error.ts';

export type DockerCommand =
  | { readonly kind: 'version' }
  /** What builder there is. */
  | { readonly kind: 'inspect' }
  /** What a registry has under this name. */
  | { readonly kind: 'inspect-image'; readonly name: string }
  | {
      readonly kind: 'bake';
      readonly files: readonly string[];
      readonly metadataFile: string | undefined;
      readonly targets: readonly string[];
    }
  /** `docker build`, without buildx. */
  | {
      readonly kind: 'build';
      readonly tag: string;
      readonly dockerfile: string;
      readonly platform: string;
      readonly stage: string | undefined;
      readonly args: readonly string[];
      readonly labels: readonly string[];
      readonly context: string;
    }
  | { readonly kind: 'push'; readonly reference: string };

/** The part of docker's command line that building needs; everything else is refused rather than ignored. */
export function parseDockerCommand(words: readonly string[]): DockerCommand {
  const [first, second, ...rest] = words;
  if (first === 'buildx' && second === 'version') return { kind: 'version' };
  if (first === 'buildx' && second === 'inspect') return { kind: 'inspect' };
  if (first === 'buildx' && second === 'imagetools' && rest[0] === 'inspect') {
    return { kind: 'inspect-image', name: rest[1] ?? '' };
  }
  if (first === 'buildx' && second === 'bake') return readBake(rest);
  if (first === 'build') return readBuild(words.slice(1));
  if (first === 'push' && second !== undefined) return { kind: 'push', reference: second };
  throw new BuildError('this stand-in for docker knows `buildx`, `build` and `push`, and not all of them');
}

function readBake(words: readonly string[]): DockerCommand {
  const { values, positionals } = parse('buildx bake', () =>
    parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        file: { type: 'string', short: 'f', multiple: true },
        'metadata-file': { type: 'string' },
        progress: { type: 'string' },
        builder: { type: 'string' },
        allow: { type: 'string', multiple: true },
      },
    }),
  );
  return { kind: 'bake', files: values.file ?? [], metadataFile: values['metadata-file'], targets: positionals };
}

function readBuild(words: readonly string[]): DockerCommand {
  const { values, positionals } = parse('build', () =>
    parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        tag: { type: 'string', default: '' },
        file: { type: 'string', default: 'Dockerfile' },
        platform: { type: 'string', default: 'linux/amd64' },
        target: { type: 'string' },
        'build-arg': { type: 'string', multiple: true },
        label: { type: 'string', multiple: true },
        'no-cache': { type: 'boolean' },
        pull: { type: 'boolean' },
      },
    }),
  );
  return {
    kind: 'build',
    tag: values.tag,
    dockerfile: values.file,
    platform: values.platform,
    stage: values.target,
    args: values['build-arg'] ?? [],
    labels: values.label ?? [],
    context: positionals[0] ?? '.',
  };
}

function parse<Parsed>(command: string, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (error) {
    throw new BuildError(`${command}: ${String(error).split('.')[0]}`);
  }
}
