import type { Problem } from '../problem.ts';
import type { WrittenManifest } from '../shape/manifest.ts';

/** What a rule looks at. */
export type Subject = {
  /** What of the manifest has the right shape; the rest was reported already and left out. */
  readonly manifest: WrittenManifest;
  /** Every service that the file names, also those with something wrong about them. */
  readonly serviceNames: readonly string[];
  /** The same of `storage`. */
  readonly storageNames: readonly string[];
};

/** Something that no single field can be blamed for. */
export type Rule = (subject: Subject) => Problem[];
