import type { Cloud, Provisioned, Resource, ResourceProvider } from './cloud.ts';

/** Makes a resource; a driver with real tasks may put something real behind it, whose attributes are added. */
export async function makeResource(cloud: Cloud, resource: Resource, provider: ResourceProvider): Promise<Provisioned> {
  const made = await provider.create(resource.properties, cloud);
  const attached = await cloud.driver.attach?.(resource, made);
  return { ref: made.ref, attributes: { ...made.attributes, ...attached } };
}
