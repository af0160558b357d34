import type { SecretPresence } from '../../aws/secret-presence.ts';
import { outsideScope } from '../../core/arn.ts';
import { parseValueFrom, type ValueSource } from '../../core/value-from.ts';
import type { Foundations } from './foundations.ts';
import { type Reference, referencesOf } from './references.ts';
import { contradiction, doubt, type Remark, unread } from './remark.ts';
import type { Subject, TaskWishes } from './subject.ts';

type Read = Pick<Foundations, 'secrets' | 'missingParameters'>;

/** Every variable that ECS shall fill in has something to be filled from. */
export function judgeValues(wishes: TaskWishes, read: Read): readonly Remark[] {
  return [
    ...unread(read.secrets, { what: 'The secrets', permission: 'secretsmanager:DescribeSecret', place: 'secrets' }),
    ...unread(read.missingParameters, { what: 'The parameters', permission: 'ssm:GetParameters', place: 'parameters' }),
    ...wishes.subjects.flatMap((subject) =>
      referencesOf(subject.definition).flatMap((reference) => judgeReference(reference, subject, wishes, read)),
    ),
    ...judgeUnreadKeys(wishes, read),
  ];
}

function judgeReference(
  { variable, valueFrom }: Reference,
  { name: place, isOwn }: Subject,
  { contract }: TaskWishes,
  { secrets, missingParameters }: Read,
): readonly Remark[] {
  const source = parseValueFrom(valueFrom);
  const id = source.kind === 'secret' ? source.id : source.name;
  const outside = id.startsWith('arn:') ? outsideScope(id, contract) : undefined;
  if (outside !== undefined) return [elsewhere(variable, outside, { place, isOwn })];
  if (source.kind === 'parameter') {
    const isMissing = missingParameters.kind === 'read' && missingParameters.value.includes(source.name);
    return isMissing
      ? [refuse(variable, `the parameter ${lastPart(source.name, ':parameter')} does not exist`, place)]
      : [];
  }
  const presence = secrets.kind === 'read' ? secrets.value.get(source.id) : undefined;
  const fault = presence === undefined ? undefined : faultOf(source, presence);
  return fault === undefined ? [] : [refuse(variable, fault, place)];
}

function faultOf(source: ValueSource & { kind: 'secret' }, presence: SecretPresence): string | undefined {
  const secret = `the secret ${lastPart(source.id, ':secret:')}`;
  switch (presence.kind) {
    case 'absent':
      return `${secret} does not exist`;
    case 'being-deleted':
      return `${secret} is scheduled for deletion`;
    case 'empty':
      return source.isPinned ? undefined : `${secret} has no value`;
    case 'present':
      if (source.key === undefined || source.isPinned) return undefined;
      if (presence.keys === undefined) return `${secret} is no JSON object, and its key ${source.key} is asked for`;
      return presence.keys.has(source.key) ? undefined : `${secret} has no JSON key ${source.key}`;
    case 'unread':
    case 'unknown':
      return undefined;
  }
}

/** Keys stand in values, which a role need not be allowed to read. */
function judgeUnreadKeys({ subjects }: TaskWishes, { secrets }: Read): readonly Remark[] {
  if (secrets.kind === 'unreadable') return [];
  const read = secrets.value;
  const unknown = [...read.values()].flatMap((one) => (one.kind === 'unknown' ? [one.why] : []));
  const keys = subjects
    .flatMap(({ definition }) => referencesOf(definition))
    .flatMap(({ variable, valueFrom }) => {
      const source = parseValueFrom(valueFrom);
      const isAsked = source.kind === 'secret' && source.key !== undefined;
      return isAsked && read.get(source.id)?.kind === 'unread' ? [variable] : [];
    });
  return [
    ...(unknown.length === 0 ? [] : [unverified(`${countOf(unknown.length)} could not be verified: ${unknown[0]}.`)]),
    ...(keys.length === 0
      ? []
      : [unverified(`The JSON keys behind ${[...new Set(keys)].join(', ')} could not be verified.`)]),
  ];
}

function countOf(secrets: number): string {
  return secrets === 1 ? 'One secret' : `${secrets} secrets`;
}

function unverified(message: string): Remark {
  const remedy = 'Allow secretsmanager:BatchGetSecretValue and secretsmanager:GetSecretValue to have this checked.';
  return doubt('E_REMOTE', { message, remedy, place: 'secrets' });
}

function refuse(variable: string, fault: string, place: string): Remark {
  return contradiction('E_CONFIG', {
    message: `No task could be given ${variable}: ${fault}.`,
    remedy: 'Create what is missing, or correct the manifest; then run config-env again.',
    place,
  });
}

/** In a definition of others it may be meant. */
function elsewhere(variable: string, outside: string, { place, isOwn }: { place: string; isOwn: boolean }): Remark {
  const words = {
    message: `${variable} leads to ${outside}.`,
    remedy: 'Name what belongs to this environment, and run config-env again.',
    place,
  };
  return isOwn ? contradiction('E_SCOPE', words) : doubt('E_SCOPE', words);
}

function lastPart(arn: string, after: string): string {
  const at = arn.indexOf(after);
  return at < 0 ? arn : arn.slice(at + after.length);
}
