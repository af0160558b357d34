import type { Provisioned, ResourceProperties, ResourceProvider } from '../../../cloud.ts';
import { evaluate } from '../template/evaluate.ts';
import { providerOf } from './provider.ts';
import type { StackBook } from './book.ts';
import type { Change, Stack, StackResource, Target } from './state.ts';
import { scopeOf } from './target.ts';

/**
 * What would change, before anything does. What is only known once a resource was made stands as a mark of its own, so
 * whoever refers to a replaced resource changes as well.
 */
export function changesOf(book: StackBook, stack: Stack, target: Target): readonly Change[] {
  const replaced = new Set<string>();
  const made = (id: string): Provisioned | undefined => {
    const existing = stack.resources.get(id);
    if (existing !== undefined && !replaced.has(id)) return existing.made;
    return Object.hasOwn(target.resources, id) ? unknownYet(id) : undefined;
  };
  const scope = scopeOf(book, stack, target, made);
  const wanted = target.order.flatMap((logicalId): Change[] => {
    const { Type: type, Properties } = target.resources[logicalId]!;
    const existing = stack.resources.get(logicalId);
    const properties = evaluate(Properties, scope) as ResourceProperties;
    if (existing === undefined)
      return [{ action: 'Add', logicalId, type, physicalId: undefined, replaces: false, properties: [] }];
    const changed = changedProperties(existing.properties, properties);
    if (changed.length === 0) return [];
    const replaces = mustReplace(providerOf(book, stack, { logicalId, type }), changed);
    if (replaces) replaced.add(logicalId);
    return [{ action: 'Modify', logicalId, type, physicalId: existing.made.ref, replaces, properties: changed }];
  });
  return [...wanted, ...removals(stack, target)];
}

/** Whether a deployment would do anything: change a resource, or only what is said about one, or an output. */
export function isUnchanged(stack: Stack, target: Target, changes: readonly Change[]): boolean {
  if (changes.length > 0 || stack.deployed === undefined) return false;
  const { template, tags } = stack.deployed;
  return said(template) === said(target.template) && JSON.stringify(tags) === JSON.stringify(target.tags);
}

/** What a template says besides the properties of its resources. */
function said({ resources, outputs }: Pick<Target['template'], 'resources' | 'outputs'>): string {
  const about = Object.entries(resources).map(([id, declared]) => [id, { ...declared, Properties: undefined }]);
  return JSON.stringify([Object.fromEntries(about), outputs]);
}

export function mustReplace(provider: ResourceProvider, changed: readonly string[]): boolean {
  if (provider.update === undefined) return true;
  return changed.some((name) => provider.fixed?.includes(name) ?? false);
}

export function changedProperties(before: ResourceProperties, after: ResourceProperties): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => sorted(before[name]) !== sorted(after[name]));
}

function removals(stack: Stack, target: Target): Change[] {
  const gone = [...stack.resources.values()].filter(({ logicalId }) => !Object.hasOwn(target.resources, logicalId));
  return gone.map(removal);
}

const removal = ({ logicalId, type, made }: StackResource): Change => ({
  action: 'Remove',
  logicalId,
  type,
  physicalId: made.ref,
  replaces: false,
  properties: [],
});

/** Stands for the ref and for every attribute of a resource that is not made yet. */
function unknownYet(id: string): Provisioned {
  const mark = `{{changeSet:KNOWN_AFTER_APPLY:${id}}}`;
  return { ref: mark, attributes: new Proxy({}, { get: () => mark, has: () => true }) };
}

/** The order of members says nothing. */
function sorted(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
