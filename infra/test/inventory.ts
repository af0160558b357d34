import type { Template } from 'aws-cdk-lib/assertions';

type Resource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

/** What a stack makes, a line for each type with the names of its resources: short enough to be read in a review. */
export function inventory(template: Template): string {
  const resources = Object.entries(template.toJSON()['Resources'] as Record<string, Resource>);
  const types = [...new Set(resources.map(([, { Type }]) => Type))];
  return types
    .toSorted()
    .map((type) => `${type.slice('AWS::'.length)}: ${namesOf(resources.filter(([, { Type }]) => Type === type))}`)
    .join('\n');
}

function namesOf(resources: readonly (readonly [string, Resource])[]): string {
  return resources.map(nameOf).toSorted().join(', ');
}

/** The name that people know it by, else what CDK calls it, without the hash. */
function nameOf([id, { Type, Properties = {} }]: readonly [string, Resource]): string {
  const own = Type.split('::').at(-1)!;
  const spellings = ['Name', 'Identifier', 'Id'].map((end) => `${own}${end}`);
  const last = own.replace(/^.*(?=[A-Z][a-z]+$)/, '');
  const keys = ['Name', ...spellings, `${last}Name`, 'GroupName', 'ReplicationGroupId'];
  const name = keys.map((key) => Properties[key]).find((value) => typeof value === 'string');
  return typeof name === 'string' ? name : id.replace(/[0-9A-F]{8}$/, '');
}
