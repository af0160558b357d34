import type { Aws } from '../../lib/aws/session.ts';
import type { Cdk } from './cdk.ts';

/** What the command works with. */
export type CliWorld = {
  /** The folder in which Slipway lies; it may be read-only. */
  readonly suite: string;
  readonly cdk: Cdk;
  readonly openAws: (region: string) => Aws;
  readonly print: (text: string) => void;
};
