import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { TaskDefinition } from './task-definition-compose.ts';

/** One difference between two definitions, in words without values of variables. */
export type DefinitionChange = { readonly what: string; readonly from: string; readonly to: string };

/** Whether ECS would do the same with both: what the server adds and the order of names make no difference. */
export function isSameDefinition(one: TaskDefinition, other: TaskDefinition): boolean {
  return JSON.stringify(normalise(one)) === JSON.stringify(normalise(other));
}

/** What a person wants to know about a new definition: image, sizes, names of variables, where secrets come from. */
export function compareDefinitions(before: TaskDefinition, after: TaskDefinition): readonly DefinitionChange[] {
  return [
    ...compareFields(before, after, ['family', 'containerDefinitions', 'tags']),
    ...(after.containerDefinitions ?? []).flatMap((container, at) =>
      compareContainers(sameContainer(before, container, at), container),
    ),
  ];
}

/** The one of the same name; ours may have been called otherwise before. */
function sameContainer(before: TaskDefinition, { name }: ContainerDefinition, at: number): ContainerDefinition {
  const containers = before.containerDefinitions ?? [];
  return containers.find((one) => one.name === name) ?? containers[at] ?? {};
}

function compareContainers(before: ContainerDefinition, after: ContainerDefinition): DefinitionChange[] {
  return [
    ...(before.image === after.image
      ? []
      : [{ what: 'image', from: shortImage(before.image), to: shortImage(after.image) }]),
    ...compareNamed('environment', toMap(before.environment), toMap(after.environment), () => 'a literal'),
    ...compareNamed('secret', toMap(before.secrets), toMap(after.secrets), (valueFrom) => valueFrom),
    ...compareFields(before, after, ['image', 'environment', 'secrets']),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function compareFields(before: object, after: object, except: readonly string[]): DefinitionChange[] {
  const old = normaliseFields(before);
  const young = normaliseFields(after);
  const names = [...new Set([...Object.keys(old), ...Object.keys(young)])]
    .filter((name) => !except.includes(name))
    .sort();
  return names
    .map((name) => ({ what: name, from: describe(old[name]), to: describe(young[name]) }))
    .filter(({ from, to }) => from !== to);
}

function compareNamed(
  kind: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  show: (value: string) => string,
): DefinitionChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => {
      const [from, to] = [before.get(name), after.get(name)];
      return {
        what: `${kind} ${name}`,
        from: from === undefined ? 'absent' : show(from),
        to:
          to === undefined
            ? 'absent'
            : from === undefined
              ? show(to)
              : show(to) === show(from)
                ? 'another one'
                : show(to),
      };
    });
}

/** Values that the server fills in where nothing was said. */
const serverDefaults: Readonly<Record<string, unknown>> = { essential: true, protocol: 'tcp', readonly: false };

/** Sorts names, drops what is empty or a server's default, so that equal definitions are equal as text. */
function normalise(value: unknown, key = '', siblings: object = {}): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalise(item));
    return listsOfNames.has(key) ? items.sort((one, other) => nameOf(one).localeCompare(nameOf(other))) : items;
  }
  if (typeof value === 'object' && value !== null) return normaliseFields(value);
  return isDefault(key, value, siblings) ? undefined : value;
}

function normaliseFields(fields: object): Fields {
  const kept = Object.entries(fields)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => [name, normalise(field, name, fields)] as const)
    .filter(([, field]) => !isEmpty(field));
  return Object.fromEntries(kept);
}

const listsOfNames = new Set(['environment', 'secrets']);

function isDefault(key: string, value: unknown, siblings: object): boolean {
  if (value === null) return true;
  if (key === 'hostPort') return 'containerPort' in siblings && value === siblings.containerPort;
  if (key === 'cpu' && 'image' in siblings) return value === 0;
  return key in serverDefaults && serverDefaults[key] === value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function nameOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'name' in item ? String(item.name) : '';
}

/** A variable with its value, or with where its value comes from. */
type Named = Partial<Record<'name' | 'value' | 'valueFrom', string | undefined>>;

function toMap(pairs: readonly Named[] | undefined): ReadonlyMap<string, string> {
  return new Map((pairs ?? []).map(({ name = '', value, valueFrom }) => [name, value ?? valueFrom ?? '']));
}

function describe(value: unknown): string {
  if (value === undefined) return 'absent';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `svc@sha256:0123456789ab`: enough to tell two images apart. */
function shortImage(image: string | undefined): string {
  if (image === undefined) return 'absent';
  const [name = '', digest = ''] = image.slice(image.lastIndexOf('/') + 1).split('@');
  return digest === '' ? name : `${name}@${digest.slice(0, 19)}`;
}
