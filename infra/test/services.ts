import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import type { Service } from '../../lib/core/manifest/model.ts';
import { variedManifest, type Change } from './varied.ts';

/** Services of the example with something else in its manifest. */
export function servicesOf(...changes: readonly Change[]): ReadonlyMap<string, Service> {
  return selectEnvironment(parseManifest(variedManifest(...changes)), 'prod').services;
}
