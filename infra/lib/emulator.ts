import { Aspects, CfnResource, type App, type IAspect } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { ActionError } from '../../lib/core/errors.ts';

/** Resource types that an emulator's CloudFormation does not know. */
const lacking: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'ministack',
    new Set([
      'AWS::EC2::EIP',
      'AWS::EC2::FlowLog',
      'AWS::EC2::NatGateway',
      'AWS::EC2::SecurityGroupEgress',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::ECS::ClusterCapacityProviderAssociations',
      'AWS::IAM::OIDCProvider',
      'AWS::WAFv2::LoggingConfiguration',
      'AWS::WAFv2::WebACLAssociation',
    ]),
  ],
]);

/**
 * Makes the app fit an emulator: each resource that it lacks becomes a handle, which CloudFormation has for waiting and which
 * makes nothing. What refers to it or depends on it keeps something to refer to. Throws E_INPUT for an emulator that is not known.
 */
export function fitEmulator(app: App, emulator: string): void {
  const types = lacking.get(emulator);
  if (types === undefined) {
    throw new ActionError('E_INPUT', `There is no emulator "${emulator}".`, {
      place: 'emulator',
      remedy: `Known are: ${[...lacking.keys()].join(', ')}.`,
    });
  }
  Aspects.of(app).add(new LeaveOut(types));
}

class LeaveOut implements IAspect {
  readonly types: ReadonlySet<string>;

  constructor(types: ReadonlySet<string>) {
    this.types = types;
  }

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || !this.types.has(node.cfnResourceType)) return;
    node.addOverride('Type', 'AWS::CloudFormation::WaitConditionHandle');
    node.addDeletionOverride('Properties');
  }
}
