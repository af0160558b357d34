import { mkdir } from 'node:fs/promises';
import { partitionOf, roleName } from '../../lib/core/names.ts';
import type { Command } from './command.ts';
import { deploy } from './deploy.ts';
import type { Difference } from './difference.ts';
import type { Outcome } from './outcome.ts';
import { openAccount, readTarget } from './target.ts';
import type { Target } from './target.ts';
import type { CliWorld } from './world.ts';

/**
 * For the very first time in an account, by a person who may do everything there: CDK's own stack, then registries and
 * roles. What is left is to tell GitHub; from then on jobs do the rest with the roles that were made.
 */
export async function bootstrap(
  command: Command,
  world: CliWorld,
  told: (differences: readonly Difference[]) => void,
): Promise<Outcome> {
  const target = await readTarget(command);
  await openAccount(target, world);
  const { account, region } = target.manifest.environment;
  await mkdir(command.output, { recursive: true });
  // In a folder without cdk.json, so that the app is not run for it.
  await world.cdk(['bootstrap', `aws://${account}/${region}`], command.output);
  const outcome = await deploy(command, world, told, 'registry');
  return { ...outcome, notes: [...outcome.notes, describeVariables(target)] };
}

/** The variables that deploy.yml reads, as commands of GitHub's command line. */
export function describeVariables({ manifest: { application, environment } }: Target): string {
  const { account, region, name, github } = environment;
  const where = { application, environment: name };
  const role = `arn:${partitionOf(region)}:iam::${account}:role/${roleName(where, 'deploy')}`;
  const variables = {
    AWS_ROLE_TO_ASSUME: role,
    AWS_REGION: region,
    ECR_REGISTRY: `${account}.dkr.ecr.${region}.amazonaws.com`,
    SLIPWAY_APPLICATION: application,
    SLIPWAY_ENVIRONMENT: name,
  };
  const repository = github?.repository ?? 'OWNER/NAME';
  const lines = Object.entries(variables).map(
    ([key, value]) => `  gh variable set ${key} --repo ${repository} --body ${value}`,
  );
  return [`Tell GitHub (the other roles are found by their names):`, ...lines].join('\n');
}
