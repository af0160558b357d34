import type { Aws } from '../../lib/aws/session.ts';
import { ActionError } from '../../lib/core/errors.ts';
import { clusterName, stackName, stackParts } from '../../lib/core/names.ts';
import { type DeployedStack, describeStack, getTemplate } from './cloudformation.ts';
import type { Command } from './command.ts';
import { type Difference, compareTemplates } from './difference.ts';
import { listServices } from './ecs.ts';
import { describeLeftOver } from './left-over.ts';
import { requireApproval } from './losses.ts';
import { type Outcome, describeDifferences } from './outcome.ts';
import { isInPart, synthesise } from './synthesise.ts';
import { openAccount, readTarget } from './target.ts';
import type { Target } from './target.ts';
import type { CliWorld } from './world.ts';

/** Deletes an environment's stacks, the last one first. Registries are everybody's, and go only when they are named. */
export async function destroy(
  command: Command,
  world: CliWorld,
  told: (differences: readonly Difference[]) => void,
): Promise<Outcome> {
  const target = await readTarget(command);
  const aws = await openAccount(target, world);
  const standing = await findStanding(aws, target, command);
  if (standing.length === 0) return { outcome: 'destroyed', differences: [], notes: ['There was nothing to delete.'] };
  requireNoServices(await listServices(aws, clusterOf(target)));
  requireUnprotected(standing);
  if (command.part !== 'rest') await requireNoOtherEnvironment(aws, target);
  const templates = await Promise.all(standing.map(({ name }) => getTemplate(aws, name)));
  const differences = standing.map(({ name }, index) => compareTemplates(name, templates[index], undefined));
  told(differences);
  world.print(describeDifferences(differences));
  requireApproval(
    differences.flatMap(({ losses }) => losses),
    command.approval,
  );
  const made = new Set((await synthesise(target, command, world)).map(({ name }) => name));
  const [known, strange] = [
    standing.filter(({ name }) => made.has(name)),
    standing.filter(({ name }) => !made.has(name)),
  ];
  const names = known.map(({ name }) => name);
  await world.cdk(['destroy', ...names, '--app', command.output, '--exclusively', '--force'], command.output);
  return { outcome: 'destroyed', differences, notes: strange.map(({ name }) => describeLeftOver(name)) };
}

function clusterOf({ manifest: { application, environment } }: Target): string {
  return clusterName({ application, environment: environment.name });
}

async function findStanding(
  aws: Aws,
  { manifest: { application, environment } }: Target,
  { part: wanted }: Command,
): Promise<DeployedStack[]> {
  const names = stackParts
    .filter((part) => isInPart({ part }, wanted))
    .map((part) => stackName(application, environment.name, part));
  const found = await Promise.all(names.map((name) => describeStack(aws, name)));
  return found.filter((stack) => stack !== undefined);
}

/** Cloud Map, target groups and security groups cannot go while services use them: the deletion would stop half-way. */
function requireNoServices(services: readonly string[]): void {
  if (services.length === 0) return;
  throw new ActionError('E_STATE', `Services still run in the cluster: ${services.join(', ')}.`, {
    remedy: 'Delete them first: `aws ecs delete-service --force --cluster <cluster> --service <name>` for each.',
  });
}

function requireUnprotected(stacks: readonly DeployedStack[]): void {
  const guarded = stacks.filter(({ isProtected }) => isProtected).map(({ name }) => name);
  if (guarded.length === 0) return;
  throw new ActionError('E_POLICY', `These stacks are protected: ${guarded.join(', ')}.`, {
    remedy: 'Write `protection: false` for the environment, deploy that, and then destroy.',
  });
}

/** Its images and GitHub's way in would go with the registries. */
async function requireNoOtherEnvironment(aws: Aws, { manifest, neighbours }: Target): Promise<void> {
  const standing = await Promise.all(
    neighbours.map((name) => describeStack(aws, stackName(manifest.application, name, 'platform'))),
  );
  const first = standing.find((stack) => stack !== undefined);
  if (first === undefined) return;
  throw new ActionError('E_POLICY', `${first.name} stands, and its services run from the same registries.`, {
    remedy: 'Destroy that environment first, or leave the registries (`--part rest`).',
  });
}
