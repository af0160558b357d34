import type { Service } from '../core/manifest/model.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import { didYouMean } from '../core/nearest.ts';
import { malformed } from '../github/inputs.ts';

/**
 * The services that the input `services` names, in the manifest's order; all of them when it is empty. Throws E_INPUT
 * for a name that the manifest does not have, or that stands there twice.
 */
export function chooseServices(manifest: SelectedManifest, names: readonly string[]): readonly Service[] {
  for (const [at, name] of names.entries()) {
    if (!manifest.services.has(name)) {
      const guess = didYouMean(name, manifest.services.keys());
      throw malformed('services', 'names a service that the manifest does not have', guess === '' ? undefined : guess);
    }
    if (names.indexOf(name) !== at) throw malformed('services', `names ${name} twice`);
  }
  const chosen = [...manifest.services.values()];
  return names.length === 0 ? chosen : chosen.filter(({ name }) => names.includes(name));
}
