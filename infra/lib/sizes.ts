import type { SelectedManifest } from '../../lib/core/manifest/select.ts';

/** Where the manifest names no size: a writer and a reader of the smallest class that Aurora has. */
export function databaseSize({ environment }: Pick<SelectedManifest, 'environment'>) {
  return environment.databaseSize ?? { instanceClass: 'db.t4g.medium', instances: 2 };
}

/** Where the manifest names no size: one node, which BullMQ is content with. */
export function cacheSize({ environment }: Pick<SelectedManifest, 'environment'>) {
  return environment.cacheSize ?? { nodeType: 'cache.t4g.small', nodes: 1 };
}
