import { ActionError } from '../../../lib/core/errors.ts';

/** What went wrong in `docker buildx bake`, out of its last lines: the errors themselves, not the echo of the Dockerfile. */
export function explainBuildFailure(code: number, tail: readonly string[]): ActionError {
  const reason =
    tail.findLast((line) => /^error\b/i.test(line))?.replace(/^error:?\s*/i, '') ??
    tail.find((line) => remedyFor(line) !== undefined) ??
    tail.findLast((line) => line.trim() !== '') ??
    'it said nothing';
  return new ActionError('E_STATE', `docker buildx bake ended with exit code ${code}: ${reason}`, {
    remedy: remedyFor(reason) ?? 'Mend the build and run the job again; no image was tagged.',
  });
}

function remedyFor(line: string): string | undefined {
  return remedies.find(({ pattern }) => pattern.test(line))?.remedy;
}

const remedies = [
  {
    pattern: /is not a docker command|unknown (?:command|flag)/,
    remedy: 'Install the buildx plugin, e.g. by docker/setup-buildx-action before this step.',
  },
  {
    pattern: /push-by-digest is currently not implemented/,
    remedy: 'Put docker/setup-buildx-action before this step: the docker driver cannot push by digest.',
  },
  {
    pattern: /\b(?:401|403)\b|\bdenied\b|no basic auth/i,
    remedy: 'Allow the role to push to this repository (ecr:PutImage and the layer actions).',
  },
  { pattern: /no space left/i, remedy: 'Free disk space on the runner, or use a larger one.' },
];
