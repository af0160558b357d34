import type { Whereabouts } from '../../lib/core/names.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';

/** What every stack is handed: one environment of one manifest, and the two hashes by which an unchanged job is skipped. */
export type Setting = {
  readonly manifest: SelectedManifest;
  readonly account: string;
  readonly region: string;
  readonly whereabouts: Whereabouts;
  /** Of everything; published by the last stack. */
  readonly hash: string;
  /** Of the registry part; published by the delivery stack. */
  readonly registryHash: string;
  /** What is deployed, for people; published beside the hash. */
  readonly commit?: string;
};

export function settingOf(
  manifest: SelectedManifest,
  hashes: Pick<Setting, 'hash' | 'registryHash' | 'commit'>,
): Setting {
  const { application, environment } = manifest;
  const { account, region, name } = environment;
  return { manifest, account, region, whereabouts: { application, environment: name }, ...hashes };
}
