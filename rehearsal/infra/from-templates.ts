import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Aws } from '../../lib/aws/session.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { contractPrefix, roleName } from '../../lib/core/names.ts';
import type { SimulatedAws, StackTruth } from '../simulated-aws.ts';
import { deployStacks } from './deploy-stacks.ts';
import type { Infrastructure } from './index.ts';
import { doWhatPeopleDo } from './people.ts';
import type { RoleScope } from './roles.ts';
import type { SynthesisedStack } from './synthesis.ts';

export type TemplateWishes = {
  readonly manifest: SelectedManifest;
  readonly stacks: readonly SynthesisedStack[];
  /** `owner/name` of the calling repository. */
  readonly repository: string;
  readonly driver: 'process' | 'model';
  /** Names of secrets that people forget to fill in. */
  readonly missingSecrets: readonly string[];
};

/**
 * Provisions the embedded AWS from the infra app's own templates, and does what they leave to people. `administrator` is a
 * session with the root's rights.
 */
export async function provisionFromTemplates(
  aws: Pick<SimulatedAws, 'provision' | 'deployStack'>,
  administrator: Aws,
  { manifest, stacks, repository, driver, missingSecrets }: TemplateWishes,
): Promise<Infrastructure & { readonly stacks: readonly StackTruth[] }> {
  const { application, environment } = manifest;
  const { name, account, region } = environment;
  const scope: RoleScope = { application, environment: name, account, region, repository };
  const deployed = await deployStacks(aws, stacks);
  const frontDoor = frontDoorOf(deployed);
  await doWhatPeopleDo(administrator, { manifest, missingSecrets, origin: frontDoor });
  // Redis is what Node alone cannot give; the model driver runs no program at all, so nothing is missing there.
  const notSimulated = driver === 'process' && manifest.cache !== undefined ? ['cache'] : [];
  await correctContract(administrator, manifest, notSimulated);
  const arnOf = (role: 'build' | 'deploy') => `arn:aws:iam::${account}:role/${roleName(scope, role)}`;
  return { scope, buildRole: arnOf('build'), deployRole: arnOf('deploy'), frontDoor, notSimulated, stacks: deployed };
}

/** Where a driver with real tasks lets a browser in. */
function frontDoorOf(stacks: readonly StackTruth[]): string | undefined {
  return stacks.flatMap(({ resources }) => resources).find(({ attributes }) => attributes['FrontDoor'] !== undefined)
    ?.attributes['FrontDoor'];
}

/**
 * What is otherwise here than in the account that the templates are for, written over what they published: PostgreSQL
 * speaks without TLS, and a part may be missing altogether.
 */
async function correctContract(aws: Aws, manifest: SelectedManifest, notSimulated: readonly string[]): Promise<void> {
  const prefix = contractPrefix(manifest.application, manifest.environment.name);
  const corrections: Readonly<Record<string, object>> = {
    ...(notSimulated.length === 0 ? {} : { meta: { rehearsal: { notSimulated } } }),
    ...(manifest.database === undefined ? {} : { database: { sslmode: 'disable' } }),
  };
  const ssm = new SSMClient(aws.configuration);
  const Names = Object.keys(corrections).map((part) => `${prefix}${part}`);
  if (Names.length === 0) return;
  const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names }));
  for (const { Name = '', Value = '{}' } of Parameters) {
    const said = JSON.parse(Value) as object;
    const corrected = JSON.stringify({ ...said, ...corrections[Name.slice(prefix.length)] });
    await ssm.send(new PutParameterCommand({ Name, Value: corrected, Overwrite: true }));
  }
}
