import type { Template } from 'aws-cdk-lib/assertions';

/** What only assertions look into. */
export type Properties = Readonly<Record<string, any>>;

/** Properties by logical id of all resources of a type. */
export function resources(template: Template, type: string): ReadonlyMap<string, Properties> {
  const found = Object.entries(template.findResources(type));
  return new Map(found.map(([id, resource]) => [id, resource['Properties'] ?? {}]));
}

/** Properties of all resources of a type. */
export function allOf(template: Template, type: string): readonly Properties[] {
  return [...resources(template, type).values()];
}

/** The one resource of a type. */
export function onlyOf(template: Template, type: string): Properties {
  const [first, ...others] = allOf(template, type);
  if (first === undefined || others.length > 0)
    throw new Error(`Not one ${type}, but ${others.length + (first ? 1 : 0)}.`);
  return first;
}

/** Logical id of the one resource whose tag `Name` is this. */
export function tagged(template: Template, type: string, name: string): string {
  const [first, ...others] = [...resources(template, type)].filter(([, { Tags }]) => nameIn(Tags) === name);
  if (first === undefined || others.length > 0) throw new Error(`Not one ${type} is called ${name}.`);
  return first[0];
}

/** The tag `Name`. */
export function nameIn(tags: readonly { readonly Key: string; readonly Value: string }[] = []): string | undefined {
  return tags.find(({ Key }) => Key === 'Name')?.Value;
}
