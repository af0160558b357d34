import type { ImageConfig, ImageInspection } from '../../aws/image-config.ts';
import { forbiddenMatch } from '../../core/environment-names.ts';
import type { Foundations } from './foundations.ts';
import { asSentence, contradiction, doubt, type Remark, unread } from './remark.ts';
import { platformOf, type Subject, type TaskWishes } from './subject.ts';

/** The images are there, run on the tasks' processors, and set no forbidden variable. */
export function judgeImages(wishes: TaskWishes, { images }: Pick<Foundations, 'images'>): readonly Remark[] {
  return [
    ...wishes.subjects.flatMap((subject) => {
      const { name, image } = subject;
      if (image.kind === 'unreadable')
        return unread(image, { what: 'Its image', permission: 'ecr:BatchGetImage', place: name });
      if (image.value === undefined) return [judgeAbsence(subject, wishes)];
      const inspection = images.get(name);
      return inspection?.kind === 'read' ? judgeInspection(subject, inspection.value, wishes) : [];
    }),
    ...judgeUninspected(images),
  ];
}

/** A digest that is known from another repository was mixed up, which is worse than one that is gone. */
function judgeAbsence({ name, digest, repository }: Subject, wishes: TaskWishes): Remark {
  const other = otherRepository(digest, repository, wishes);
  if (other !== undefined)
    return contradiction('E_SCOPE', {
      message: `The image ${digest.slice(0, 19)}… is of the repository ${other}, and this service's is ${repository}.`,
      remedy: 'Give `images` as build-push hands it on.',
      place: name,
    });
  return contradiction('E_STATE', {
    message: `ECR has no image ${digest.slice(0, 19)}… in ${repository}.`,
    remedy: 'Run build-push again, and look at the lifecycle rules.',
    place: name,
  });
}

function otherRepository(digest: string, repository: string, { subjects, released }: TaskWishes): string | undefined {
  const wanted = subjects.filter(({ image }) => image.kind === 'read' && image.value !== undefined);
  return [...wanted, ...released].find((one) => one.digest === digest && one.repository !== repository)?.repository;
}

function judgeInspection(
  subject: Subject,
  inspection: ImageInspection,
  { forbiddenEnvironment }: TaskWishes,
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
function judgeHealthProgram({ name, definition }: Subject, { words }: ImageConfig): readonly Remark[] {
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

/** In one line for all of them: mostly one permission is missing. */
function judgeUninspected(images: Foundations['images']): readonly Remark[] {
  const unreadable = [...images].flatMap(([name, one]) => (one.kind === 'unreadable' ? [{ name, why: one.why }] : []));
  const [first] = unreadable;
  if (first === undefined) return [];
  return [
    doubt('E_REMOTE', {
      message: `Platform and variables of the images could not be verified: ${asSentence(first.why)}`,
      remedy: 'Allow ecr:GetDownloadUrlForLayer to have this checked before the release.',
      place: unreadable.map(({ name }) => name).join(', '),
    }),
  ];
}
