import type { Aws } from '../../../lib/aws/session.ts';
import { describeTaskDefinition } from '../../../lib/aws/task-definition.ts';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import type { ReleaseRecord } from '../../../lib/core/ledger.ts';

/** A variable of a running definition that the manifest no longer has: the next release takes it away. */
export type Drift = { readonly service: string; readonly variable: string };

/** Looks only when the configuration has changed since the current release: otherwise there is nothing to find. */
export async function observeDrift(
  aws: Aws,
  config: ResolvedConfig,
  current: ReleaseRecord | undefined,
): Promise<readonly Drift[]> {
  if (current === undefined || current.fingerprint === config.fingerprint) return [];
  const drifts = await Promise.all(
    Object.entries(config.services).map(async ([service, { environment, secrets }]) => {
      const released = Object.hasOwn(current.services, service) ? current.services[service] : undefined;
      if (released === undefined) return [];
      const names = await variablesOf(aws, released.taskDefinition, service);
      return names
        .filter((name) => !Object.hasOwn(environment, name) && !Object.hasOwn(secrets, name))
        .map((variable) => ({ service, variable }));
    }),
  );
  return drifts.flat();
}

async function variablesOf(aws: Aws, taskDefinition: string, container: string): Promise<readonly string[]> {
  const containers = (await describeTaskDefinition(aws, taskDefinition))?.definition.containerDefinitions ?? [];
  const own = containers.find(({ name }) => name === container) ?? containers[0];
  return [...(own?.environment ?? []), ...(own?.secrets ?? [])].flatMap(({ name }) => name ?? []);
}
