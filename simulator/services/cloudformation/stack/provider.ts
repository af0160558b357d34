import type { Provisioned, ResourceProperties, ResourceProvider } from '../../../cloud.ts';
import { makeResource } from '../../../make-resource.ts';
import { notSimulated } from '../../../operation.ts';
import { standInFor } from '../stand-ins.ts';
import type { StackBook } from './book.ts';
import { resolveDynamic } from './dynamic.ts';
import type { Stack, StackResource } from './state.ts';

type Placed = { readonly logicalId: string; readonly type: string };

/** Who makes resources of this type: a service of the simulator, or what stands in for one. */
export function providerOf(book: StackBook, stack: Pick<Stack, 'name'>, { logicalId, type }: Placed): ResourceProvider {
  const providers = book.providers();
  const found = Object.hasOwn(providers, type) ? providers[type] : standInFor(type, `${stack.name}-${logicalId}`);
  if (found === undefined) throw notSimulated(`resources of the type ${type}`);
  return found;
}

export const isSimulated = (book: StackBook, type: string) => Object.hasOwn(book.providers(), type);

/** The properties as the service is given them: dynamic references resolved, and a name made up where none is said. */
export function givenProperties(
  book: StackBook,
  stack: Pick<Stack, 'name'>,
  placed: Placed,
  properties: ResourceProperties,
): ResourceProperties {
  const resolved = resolveDynamic(properties, book.cloud) as ResourceProperties;
  const { nameProperty, namesAre } = providerOf(book, stack, placed);
  if (nameProperty === undefined || resolved[nameProperty] !== undefined) return resolved;
  const suffix = book.cloud.random('physical-names').text(12, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789');
  const longest = namesAre?.longest ?? 128;
  const front = `${stack.name}-${placed.logicalId}`.slice(0, longest - suffix.length - 1);
  const name = `${front}-${suffix}`;
  return { ...resolved, [nameProperty]: namesAre?.lowerCase === true ? name.toLowerCase() : name };
}

/** Makes it. What only stands in for a resource has nothing real behind it. */
export async function makePlaced(
  book: StackBook,
  stack: Stack,
  placed: Placed,
  given: ResourceProperties,
): Promise<Provisioned> {
  const { logicalId: id, type } = placed;
  const provider = providerOf(book, stack, placed);
  if (!isSimulated(book, type)) return provider.create(given, book.cloud);
  return makeResource(book.cloud, { id, type: type as `AWS::${string}`, properties: given }, provider);
}

/** Changes it where it is; what the driver has put behind it stays. */
export async function changeResource(
  book: StackBook,
  stack: Stack,
  { made, given: before, ...placed }: StackResource,
  given: ResourceProperties,
): Promise<Provisioned> {
  const provider = providerOf(book, stack, placed);
  const changed = await provider.update!({ made, before, properties: given }, book.cloud);
  return { ref: changed.ref, attributes: { ...made.attributes, ...changed.attributes } };
}
