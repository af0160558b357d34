import { githubCredentials } from '../aws/credentials.ts';
import { checkAccount } from '../aws/identity.ts';
import { type Aws, openAws } from '../aws/session.ts';
import { ActionError } from '../core/errors.ts';
import { roleSessionName } from '../core/names.ts';
import type { CommonInputs, RoleInputs } from '../github/common-inputs.ts';
import type { Step } from '../github/step.ts';
import { type Surroundings, realSurroundings } from './surroundings.ts';

/** Where an action is about to work. */
export type Scope = { readonly account: string; readonly region: string };

type SessionInputs = Pick<CommonInputs, 'region' | 'role'>;

/**
 * An identity in AWS that belongs to the declared account and region, or E_SCOPE. Nothing has been written when it
 * returns: STS was asked who we are.
 */
export async function openSession(
  step: Step,
  common: SessionInputs,
  scope: Scope,
  surroundings: Surroundings = realSurroundings,
): Promise<Aws> {
  checkScope(common, scope);
  const aws = connect(step, common, scope.region, surroundings);
  await checkAccount(aws, scope.account);
  return aws;
}

/** Throws E_SCOPE where the inputs alone lead elsewhere than the manifest. */
export function checkScope({ region, role }: SessionInputs, scope: Scope): void {
  checkRegion(region, scope.region);
  checkRole(role, scope.account);
}

/** A session of which nobody has asked yet whom it belongs to. */
export function connect(step: Step, { role }: SessionInputs, region: string, surroundings: Surroundings): Aws {
  refuseStaticKeys(surroundings);
  const { clock, chance, requestHandler } = surroundings;
  const connection = { region, requestHandler, clock, chance, log: step.log };
  const credentials =
    role === undefined
      ? undefined
      : githubCredentials({
          ...connection,
          roleArn: role.arn,
          sessionName: role.sessionName ?? roleSessionName('slipway', step.name, step.job.runId),
          durationSeconds: role.durationSeconds,
          audience: role.audience,
          idToken: step.idToken,
          mask: step.mask,
        });
  return openAws({ ...connection, credentials });
}

function checkRegion(given: string | undefined, declared: string): void {
  if (given === undefined || given === declared) return;
  throw new ActionError('E_SCOPE', `The input \`aws-region\` is another region than the manifest's, ${declared}.`, {
    remedy: 'Leave `aws-region` out, or correct `region` in the manifest.',
    place: 'aws-region',
  });
}

function checkRole(role: RoleInputs | undefined, account: string): void {
  if (role === undefined || role.account === account) return;
  throw new ActionError('E_SCOPE', `The role belongs to another account than the manifest's, ${account}.`, {
    remedy: "Give this environment's role in `role-to-assume`.",
    place: 'role-to-assume',
  });
}

/** A key that never expires has no place in a job: the OIDC token gives one that lives for an hour. */
function refuseStaticKeys({ variables }: Surroundings): void {
  const inJob = variables['GITHUB_ACTIONS'] === 'true' || variables['CI'] === 'true';
  if (!inJob || !(variables['AWS_ACCESS_KEY_ID'] ?? '').startsWith('AKIA')) return;
  throw new ActionError('E_POLICY', "The job's environment holds an IAM user's long-lived access key.", {
    remedy: 'Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the job and give `role-to-assume`.',
    place: 'AWS_ACCESS_KEY_ID',
  });
}
