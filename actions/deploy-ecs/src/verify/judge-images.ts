import type { ImageConfig, ImageInspection } from '../../../../lib/aws/image-config.ts';
import { forbiddenMatch } from '../../../../lib/core/environment-names.ts';
import type { Foundations } from './foundations.ts';
import { asSentence, contradiction, doubt, type Remark } from './remark.ts';
import { platformOf, type Subject } from './subject.ts';
import type { VerifyWishes } from './wishes.ts';

/** The images are there, run on the tasks' processors, and set no forbidden variable. */
export function judgeImages(wishes: VerifyWishes, { images }: Pick<Foundations, 'images'>): readonly Remark[] {
  return [
    ...wishes.services.flatMap((subject) => {
      if (!wishes.observed.images.has(subject.name)) return [judgeAbsence(subject, wishes)];
      const reading = images.get(subject.name);
      return reading?.kind === 'read' ? judgeInspection(subject, reading.value, wishes) : [];
    }),
    ...judgeUnread(wishes, images),
  ];
}

/** A digest that is known from another repository was mixed up, which is worse than one that is gone. */
function judgeAbsence({ name, wanted: { digest, infra } }: Subject, wishes: VerifyWishes): Remark {
  const other = otherRepository(digest, infra.repository, wishes);
  if (other !== undefined)
    return contradiction('E_SCOPE', {
      message: `The image ${digest.slice(0, 19)}… is of the repository ${other}, and this service's is ${infra.repository}.`,
      remedy: 'Give `images` as build-push hands it on.',
      place: name,
    });
  return contradiction('E_STATE', {
    message: `ECR has no image ${digest.slice(0, 19)}… in ${infra.repository}.`,
    remedy: 'Run build-push again, and look at the lifecycle rules.',
    place: name,
  });
}

function otherRepository(digest: string, repository: string, { services, observed }: VerifyWishes): string | undefined {
  const released = Object.values(observed.current?.services ?? {});
  const wanted = services
    .filter(({ name }) => observed.images.has(name))
    .map(({ wanted: one }) => ({ digest: one.digest, repository: one.infra.repository }));
  return [...wanted, ...released].find((one) => one.digest === digest && one.repository !== repository)?.repository;
}

function judgeInspection(
  subject: Subject,
  inspection: ImageInspection,
  { manifest: { forbiddenEnvironment } }: VerifyWishes,
): readonly Remark[] {
  if (inspection.kind === 'other-platform') return [judgePlatform(subject, inspection.platforms)];
  const { config } = inspection;
  return [...judgeVariables(subject, config, forbiddenEnvironment), ...judgeHealthProgram(subject, config)];
}

function judgePlatform(subject: Subject, platforms: readonly string[]): Remark {
  const has = platforms.length === 0 ? 'names no platform' : `is for ${platforms.join(', ')}`;
  return contradiction('E_STATE', {
    message: `Its tasks run on ${platformOf(subject)}, and its image ${has}.`,
    remedy: 'Put the platform of the tasks first in `build.platforms`, and run build-push again.',
    place: subject.name,
  });
}

/** A variable in the image works as well as one in the definition. */
function judgeVariables(
  { name }: Subject,
  { variables }: ImageConfig,
  forbidden: readonly string[],
): readonly Remark[] {
  const matches = variables.flatMap((variable) => forbiddenMatch(variable, forbidden) ?? []);
  return [...new Set(matches)].map((match) =>
    contradiction('E_POLICY', {
      message: `Its image sets the variable ${match}, which must be absent.`,
      remedy: 'Remove it from the Dockerfile (ENV, ARG and base image), and run build-push again.',
      place: name,
    }),
  );
}

/**
 * Whether the health check's program is in the image stands in its layers, which are not pulled for this. Where the
 * image says nothing at all that hints at the program, people had better look.
 */
function judgeHealthProgram({ name, wanted: { definition } }: Subject, { words }: ImageConfig): readonly Remark[] {
  const command = definition.containerDefinitions?.find((one) => one.name === name)?.healthCheck?.command ?? [];
  const program = programOf(command);
  if (program === undefined || words.has(program)) return [];
  return [
    doubt('E_STATE', {
      message: `Its health check runs \`${program}\`, and nothing in the image's configuration hints at it.`,
      remedy: 'Make sure that the image has it, or set `health-check.command` to something that it has.',
      place: name,
    }),
  ];
}

/** Of `CMD` the first word, of `CMD-SHELL` the first of the line; what a shell can do itself needs no program. */
function programOf([kind, first = '']: readonly string[]): string | undefined {
  const word = kind === 'CMD-SHELL' ? (first.trim().split(/\s+/)[0] ?? '') : first;
  const program = word.slice(word.lastIndexOf('/') + 1).toLowerCase();
  return /^[a-z0-9+.-]+$/.test(program) && !builtIns.has(program) ? program : undefined;
}

const builtIns = new Set(['exit', 'true', 'false', 'test', 'echo', 'exec', 'if', 'cd', 'sh', 'kill', 'ls', 'cat']);

function judgeUnread({ services }: VerifyWishes, images: Foundations['images']): readonly Remark[] {
  const unread = services.flatMap(({ name }) => {
    const reading = images.get(name);
    return reading?.kind === 'unreadable' ? [{ name, why: reading.why }] : [];
  });
  const [first] = unread;
  if (first === undefined) return [];
  return [
    doubt('E_REMOTE', {
      message: `Platform and variables of the images could not be verified: ${asSentence(first.why)}`,
      remedy: 'Allow ecr:GetDownloadUrlForLayer to have this checked before the release.',
      place: unread.map(({ name }) => name).join(', '),
    }),
  ];
}
