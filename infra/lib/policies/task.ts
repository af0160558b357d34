import type { Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';

/** What a service's own code may do: put or get objects of the buckets that the manifest gives it, and nothing else. */
export function taskGrants(manifest: SelectedManifest, service: Service): readonly Grant[] {
  const { objects } = arnsOf(manifest);
  return [...service.storage].map(([name, verbs]) => ({
    why: `May ${[...verbs].sort().join(' and ')} objects of the storage ${name}, whatever their keys`,
    actions: [...verbs].sort().map((verb) => (verb === 'put' ? 's3:PutObject' : 's3:GetObject')),
    on: [objects(manifest.storage.get(name)?.bucket ?? name)],
  }));
}
