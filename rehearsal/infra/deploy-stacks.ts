import type { SimulatedAws, StackTruth } from '../simulated-aws.ts';
import { Trouble } from '../trouble.ts';
import type { SynthesisedStack } from './synthesis.ts';

/** What CDK's bootstrap leaves for templates to read: which version of it the account has. */
const bootstrapVersion = { name: '/cdk-bootstrap/hnb659fds/version', value: '30' };

/** Deploys templates into the embedded AWS, one after the other. Throws Trouble with CloudFormation's reasons. */
export async function deployStacks(
  aws: Pick<SimulatedAws, 'provision' | 'deployStack'>,
  stacks: readonly SynthesisedStack[],
): Promise<readonly StackTruth[]> {
  const { name, value } = bootstrapVersion;
  await aws.provision([
    { id: 'bootstrap', type: 'AWS::SSM::Parameter', properties: { Name: name, Type: 'String', Value: value } },
  ]);
  const deployed: StackTruth[] = [];
  for (const stack of stacks) {
    const truth = await aws.deployStack(stack);
    if (truth.status !== 'CREATE_COMPLETE') {
      const reasons = truth.reasons.map((reason) => `\n  ${reason}`).join('');
      throw new Trouble(
        `The stack ${truth.name} could not be deployed into the embedded AWS (${truth.status}):${reasons}`,
      );
    }
    deployed.push(truth);
  }
  return deployed;
}

/** Types that some stack declares and the embedded AWS does not simulate, as people call them: `EC2 NatGateway`. */
export function typesNotSimulated(stacks: readonly StackTruth[]): readonly string[] {
  const types = stacks.flatMap(({ notSimulated }) => notSimulated.map(({ type }) => type));
  return [...new Set(types)].map((type) => type.replace('AWS::', '').replace('::', ' ')).toSorted();
}
