import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getRegistryPassword } from '../../../../lib/aws/registry-password.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { Step } from '../../../../lib/github/step.ts';
import type { Variables } from '../../../../lib/github/inputs.ts';
import { type DockerConfig, configWithLogin } from './docker-config.ts';
import type { BuildPlan } from '../plan.ts';

/** Where docker finds what it knows besides its words. */
export type DockerHome = {
  /** For DOCKER_CONFIG. */
  readonly directory: string;
  /** For BUILDX_CONFIG: builders that an earlier step made are still known. */
  readonly buildxDirectory: string;
};

/** The job's own docker configuration. */
export function jobsDockerHome(variables: Variables): DockerHome {
  const directory = variables['DOCKER_CONFIG'] ?? join(variables['HOME'] ?? homedir(), '.docker');
  return { directory, buildxDirectory: variables['BUILDX_CONFIG'] ?? join(directory, 'buildx') };
}

/** A private docker configuration that can push to the registry. */
export type Login = DockerHome & {
  /** The same with a new password: ECR's is good for twelve hours, and a session's for less. */
  renew(): Promise<void>;
};

export type LoginOptions = {
  readonly aws: Aws;
  readonly plan: Pick<BuildPlan, 'registry' | 'address'>;
  readonly rehearsal: boolean;
  readonly variables: Variables;
};

const stateName = 'docker-config';

/**
 * Logs docker in to the registry, for this step alone: the password is in a file that only this user can read, never
 * on a command line, and the job's own docker configuration is not touched.
 */
export async function logIn(step: Step, options: LoginOptions): Promise<Login> {
  const { variables } = options;
  const { directory: own, buildxDirectory } = jobsDockerHome(variables);
  const directory = join(step.temporaryDirectory, 'docker');
  step.state.save(stateName, directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const renew = () => writeLogin(step, { ...options, own, directory });
  await renew();
  return { directory, buildxDirectory, renew };
}

async function writeLogin(
  step: Step,
  { aws, plan, rehearsal, own, directory }: LoginOptions & { readonly own: string; readonly directory: string },
): Promise<void> {
  const { user, password, endpoint } = await getRegistryPassword(aws);
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  step.mask(password);
  step.mask(auth);
  checkEndpoint(endpoint, plan, rehearsal);
  const config = configWithLogin(await readOwnConfig(own), { address: plan.address, auth, ownDirectory: own });
  await writeFile(join(directory, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

/** Removes what `logIn` left, also when the step that logged in was killed. */
export async function logOut(step: Pick<Step, 'state'>): Promise<void> {
  const directory = step.state.get(stateName);
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}

/** ECR says where its password belongs; it must be where we are about to send it. */
function checkEndpoint(endpoint: string, { registry }: LoginOptions['plan'], rehearsal: boolean): void {
  if (endpoint === `https://${registry}`) return;
  if (rehearsal && /^http:\/\/(localhost|127(\.\d{1,3}){3})(:\d+)?$/.test(endpoint)) return;
  throw new ActionError('E_SCOPE', `ECR names another registry than ${registry} as the one its password is for.`, {
    remedy: 'Check account and region, and that no proxy stands between the job and AWS. The password was not used.',
    place: 'registry',
  });
}

/** A configuration that cannot be read is none: docker itself would only warn. */
async function readOwnConfig(directory: string): Promise<DockerConfig> {
  try {
    const config: DockerConfig = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
    return config;
  } catch {
    return {};
  }
}
