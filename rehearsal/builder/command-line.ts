import { parseArgs } from 'node:util';
import { BuildError } from './build-error.ts';

export type DockerCommand =
  | { readonly kind: 'version' }
  | {
      readonly kind: 'bake';
      readonly files: readonly string[];
      readonly metadataFile: string | undefined;
      readonly targets: readonly string[];
    };

/** The part of docker's command line that building needs; everything else is refused rather than ignored. */
export function parseDockerCommand(words: readonly string[]): DockerCommand {
  const [first, second, ...rest] = words;
  if (first === 'buildx' && second === 'version') return { kind: 'version' };
  if (first !== 'buildx' || second !== 'bake') {
    throw new BuildError('this stand-in for docker knows `buildx version` and `buildx bake` only');
  }
  const { values, positionals } = parseBake(rest);
  return { kind: 'bake', files: values.file ?? [], metadataFile: values['metadata-file'], targets: positionals };
}

function parseBake(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        file: { type: 'string', short: 'f', multiple: true },
        'metadata-file': { type: 'string' },
        progress: { type: 'string' },
      },
    });
  } catch (error) {
    throw new BuildError(`buildx bake: ${String(error).split('.')[0]}`);
  }
}
