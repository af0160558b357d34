import { type Finding, ActionError, Findings } from '../../../../lib/core/errors.ts';

/** What one call of docker left behind when it failed. */
export type FailedCall = {
  /** e.g. `docker buildx bake`. */
  readonly command: string;
  readonly code: number;
  /** Its last lines, oldest first. */
  readonly tail: readonly string[];
};

/** A service whose image could not be made, and why. */
export type FailedImage = FailedCall & { readonly service: string };

/** The service that docker blames, out of those that were to be built; undefined when it blames none. One alone it does not name. */
export function blamedService(tail: readonly string[], services: readonly string[]): string | undefined {
  if (services.length === 1) return services[0];
  const error = tail.findLast((line) => /^error\b/i.test(line)) ?? '';
  const named = /^error:\s*target (\S+?):/i.exec(error)?.[1] ?? failedStage(tail);
  return named !== undefined && services.includes(named) ? named : undefined;
}

/** ` > [web 3/5] RUN …:` heads the excerpt of the step that failed. */
function failedStage(tail: readonly string[]): string | undefined {
  return tail.findLast((line) => line.startsWith(' > ['))?.match(/^ > \[(\S+?)[\s\]]/)?.[1];
}

/** The builder itself went away: then no Dockerfile is to blame, whatever target the message names. */
export function builderIsLost(code: number, tail: readonly string[]): boolean {
  return code > 128 || (tail.findLast((line) => /^error\b/i.test(line))?.match(lostBuilder) ?? null) !== null;
}

const lostBuilder =
  /error reading from server|code = Unavailable|connection error: desc|closing transport|use of closed network connection|cannot connect to the docker daemon|failed to receive status/i;

/** All images that could not be made, each with its reason and its last lines. */
export function buildFailures(failed: readonly [FailedImage, ...FailedImage[]], kept: readonly string[]): Findings {
  const [first, ...rest] = failed;
  return new Findings([findingOf(first), ...rest.map(findingOf)], describeKept(kept));
}

function findingOf({ service, ...call }: FailedImage): Finding {
  const { message, remedy } = explainCall(call);
  return {
    code: 'E_STATE',
    place: `services.${service}`,
    message: [message, ...lastLines(call.tail)].join('\n    '),
    remedy,
  };
}

function describeKept(kept: readonly string[]): string {
  return kept.length === 0
    ? 'What could not be built'
    : `What could not be built (${kept.join(', ')} could, and will not be built again)`;
}

/** The call failed and blames no single image. */
export function callFailure(call: FailedCall): ActionError {
  const { message, remedy } = explainCall(call);
  return new ActionError('E_STATE', message, { remedy });
}

function explainCall({ command, code, tail }: FailedCall): { message: string; remedy: string } {
  const killed = code > 128 && code < 160;
  const reason =
    tail.findLast((line) => /^error\b/i.test(line))?.replace(/^error:?\s*(?:target \S+: )?/i, '') ??
    tail.find((line) => remedyFor(line) !== undefined) ??
    tail.findLast((line) => line.trim() !== '') ??
    'it said nothing';
  if (killed) {
    return {
      message: `${command} was killed (signal ${code - 128}) before it was done; the last it said: ${reason}.`,
      remedy:
        'Look for what ended it: most often the runner has no memory left. Use a larger one, or fewer services at a time (`shard`).',
    };
  }
  return {
    message: `${command} ended with exit code ${code}: ${asSentence(reason)}`,
    remedy: remedyFor(reason) ?? 'Mend the build and run the job again; no image was tagged.',
  };
}

/** What the failing step said, without the frame that BuildKit draws around it. */
function lastLines(tail: readonly string[]): readonly string[] {
  const head = tail.findLastIndex((line) => line.startsWith(' > ['));
  if (head < 0) return [];
  const excerpt = tail.slice(head).filter((line) => !/^(?:-{3,}|error\b.*)$/i.test(line));
  return excerpt.slice(0, mostExcerptLines);
}

const mostExcerptLines = 20;

function asSentence(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
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
    pattern: /exit code: 137\b|cannot allocate memory|out of memory|signal: killed/i,
    remedy: 'The step had no memory left: use a larger runner, or build fewer services at a time (`shard`).',
  },
  {
    pattern: lostBuilder,
    remedy:
      'The builder was killed, or is gone: look at its log. Most often it had no memory left; a larger runner or `shard` helps.',
  },
  {
    pattern: /\b(?:401|403)\b|\bdenied\b|no basic auth/i,
    remedy: 'Allow the role to push to this repository (ecr:PutImage and the layer actions).',
  },
  { pattern: /no space left/i, remedy: 'Free disk space on the runner, or use a larger one.' },
];
