import { type Identity, readIdentity, requireAccount } from '../aws/identity.ts';
import type { Aws } from '../aws/session.ts';
import { ActionError } from '../core/errors.ts';
import type { SelectedManifest } from '../core/manifest/select.ts';
import type { Whereabouts } from '../core/names.ts';
import type { CommonInputs } from '../github/common-inputs.ts';
import { malformed } from '../github/inputs.ts';
import type { Step } from '../github/step.ts';
import { checkScope, connect } from './open-session.ts';
import { type Glimpse, glimpseManifest } from './glimpse-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { type Surroundings, realSurroundings } from './surroundings.ts';

/**
 * An environment that already stands: its ledger says where it is, so the manifest is welcome, and not needed. This is
 * for whoever is called at night, perhaps because of the manifest, perhaps with a laptop and AWS credentials only.
 */
export type StandingEnvironment = {
  readonly where: Whereabouts;
  readonly aws: Aws;
  readonly identity: Identity;
  /** Undefined when it cannot be read, which was said as a warning. */
  readonly manifest: SelectedManifest | undefined;
};

export type EnvironmentInputs = { readonly common: CommonInputs; readonly application: string | undefined };

/**
 * Reads only. Throws E_INPUT when neither manifest nor inputs say what is meant, and E_SCOPE when they contradict each
 * other. Without a manifest the account is not known here: whoever writes holds the identity against the ledger.
 */
export async function openEnvironment(
  step: Step,
  { common, application }: EnvironmentInputs,
  surroundings: Surroundings = realSurroundings,
): Promise<StandingEnvironment> {
  const manifest = await readIfPossible(step, common);
  const glimpse: Glimpse =
    manifest === undefined
      ? await glimpseManifest(step, common.manifest)
      : { application: manifest.application, region: manifest.environment.region };
  const where = { application: applicationOf(glimpse, application), environment: common.environment };
  if (manifest !== undefined) checkScope(common, manifest.environment);
  const region = manifest?.environment.region ?? regionOf(glimpse, common, surroundings);
  const aws = connect(step, common, region, surroundings);
  const identity = await readIdentity(aws);
  if (manifest !== undefined) requireAccount(identity, manifest.environment.account, 'manifest');
  return { where, aws, identity, manifest };
}

/** A manifest that does not have this environment is a typing mistake, not an unreadable one. */
async function readIfPossible(step: Step, common: CommonInputs): Promise<SelectedManifest | undefined> {
  try {
    return await readManifest(step, common);
  } catch (error) {
    if (!(error instanceof ActionError) || error.place === 'environment') throw error;
    const [first] = error.message.split('\n');
    step.log.warn(`The manifest cannot be used, and is not needed here: the ledger alone counts. (${first})`);
    return undefined;
  }
}

function applicationOf({ application: written }: Glimpse, given: string | undefined): string {
  if (given !== undefined && written !== undefined && given !== written) {
    throw new ActionError('E_SCOPE', 'The input `application` names another application than the manifest.', {
      remedy: 'Leave `application` out, or run this in the repository of that application.',
      place: 'application',
    });
  }
  const application = written ?? given;
  if (application !== undefined) return application;
  throw malformed('application', 'is needed where the manifest cannot be read', 'Name the application in it.');
}

function regionOf(glimpse: Glimpse, common: CommonInputs, { variables }: Surroundings): string {
  const region = common.region ?? (variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || glimpse.region);
  if (region !== undefined) return region;
  throw malformed('aws-region', 'is needed where the manifest cannot be read', 'Name the region of the environment.');
}
