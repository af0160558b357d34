import { ActionError } from '../core/errors.ts';
import type { Service } from '../core/manifest/model.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import { clusterName, partitionOf } from '../core/names.ts';
import { didYouMean } from '../core/nearest.ts';
import { malformed } from '../github/inputs.ts';

/**
 * The services that the input `services` names, in the manifest's order; all of them when it is empty. Throws E_INPUT
 * for a name that the manifest does not have, or that stands there twice, and E_SCOPE for a service of somewhere else.
 */
export function chooseServices(manifest: SelectedManifest, names: readonly string[]): readonly Service[] {
  for (const [at, name] of names.entries()) {
    if (name.startsWith('arn:')) throw refusedArn(name, manifest);
    if (!manifest.services.has(name)) {
      const guess = didYouMean(name, manifest.services.keys());
      throw malformed('services', 'names a service that the manifest does not have', guess === '' ? undefined : guess);
    }
    if (names.indexOf(name) !== at) throw malformed('services', 'names a service twice');
  }
  const chosen = [...manifest.services.values()];
  return names.length === 0 ? chosen : chosen.filter(({ name }) => names.includes(name));
}

/** An ARN is no name, and one that leads elsewhere shows that something else was meant than what would happen. */
function refusedArn(arn: string, { application, environment }: SelectedManifest): ActionError {
  const { account, region, name, infra } = environment;
  const cluster = infra?.cluster.name ?? clusterName({ application, environment: name });
  if (arn.startsWith(`arn:${partitionOf(region)}:ecs:${region}:${account}:service/${cluster}/`))
    return malformed('services', 'takes names as the manifest has them, not ARNs');
  return new ActionError('E_SCOPE', 'The input `services` names a service of another cluster, account or region.', {
    remedy: 'Give names as the manifest has them; `environment` says where they are.',
    place: 'services',
  });
}
