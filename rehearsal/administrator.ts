import { openAws, type Aws } from '../lib/aws/session.ts';
import { systemChance, systemClock } from '../lib/world/system.ts';

/** Whoever rehearses, in the embedded AWS, with the root's rights. */
export function openAdministrator({ url, region }: { readonly url: string; readonly region: string }): Aws {
  return openAws({
    region,
    endpoint: url,
    credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
    clock: systemClock,
    chance: systemChance,
    log: { info() {}, warn() {}, group: (_title, work) => work() },
  });
}
