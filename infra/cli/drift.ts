import { ActionError } from '../../lib/core/errors.ts';
import { stackName, stackParts } from '../../lib/core/names.ts';
import { describeStack, detectDrift } from './cloudformation.ts';
import type { Command } from './command.ts';
import { type Outcome } from './outcome.ts';
import { isInPart } from './synthesise.ts';
import { openAccount, readTarget } from './target.ts';
import type { CliWorld } from './world.ts';

/** Asks CloudFormation what somebody has changed by hand since it was deployed. Throws E_STATE when there is anything. */
export async function drift(command: Command, world: CliWorld): Promise<Outcome> {
  const target = await readTarget(command);
  const aws = await openAccount(target, world);
  const { application, environment } = target.manifest;
  const names = stackParts
    .filter((part) => isInPart({ part }, command.part))
    .map((part) => stackName(application, environment.name, part));
  const found = await Promise.all(
    names.map(async (name) => {
      if ((await describeStack(aws, name)) === undefined) return [];
      const drifts = await detectDrift(aws, name);
      return drifts.map((resource) => describeDrift(name, resource));
    }),
  );
  const lines = found.flat();
  if (lines.length === 0) return { outcome: 'checked', differences: [], notes: ['Everything is as it was deployed.'] };
  throw new ActionError('E_STATE', `Somebody has changed by hand what was deployed:\n${lines.join('\n')}`, {
    remedy:
      'Take it back, or say it in the manifest and provision; a deployment puts back only what it changes itself.',
  });
}

type Drifted = {
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
  readonly StackResourceDriftStatus?: string | undefined;
  readonly PropertyDifferences?: readonly { readonly PropertyPath?: string | undefined }[] | undefined;
};

/** Where it differs, never the values: some of them are nobody's business. */
export function describeDrift(stack: string, resource: Drifted): string {
  const { LogicalResourceId: id, ResourceType: type, PropertyDifferences: differences = [] } = resource;
  if (resource.StackResourceDriftStatus === 'DELETED') return `  ${stack}/${id} (${type}): deleted`;
  const paths = differences.map(({ PropertyPath: path }) => path).join(', ');
  return `  ${stack}/${id} (${type}): changed${paths === '' ? '' : ` in ${paths}`}`;
}
