import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Aspects, CfnResource, type App, type IAspect } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { ActionError } from '../../lib/core/errors.ts';

/** Whether an emulator's CloudFormation cannot make a resource. */
type Lacks = (resource: CfnResource) => boolean;

const typesThatMiniStackLacks = new Set([
  'AWS::EC2::EIP',
  'AWS::EC2::FlowLog',
  'AWS::EC2::NatGateway',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::ECS::ClusterCapacityProviderAssociations',
  'AWS::IAM::OIDCProvider',
  'AWS::WAFv2::LoggingConfiguration',
  'AWS::WAFv2::WebACLAssociation',
]);

/** MiniStack 1.5.33; of alarms it lacks those that compute with metrics. */
const emulators: ReadonlyMap<string, Lacks> = new Map([
  [
    'ministack',
    (resource) =>
      typesThatMiniStackLacks.has(resource.cfnResourceType) ||
      (resource instanceof CfnAlarm && resource.metrics !== undefined),
  ],
]);

/**
 * Makes the app fit an emulator: each resource that it lacks becomes a handle, which CloudFormation has for waiting and which
 * makes nothing. What refers to it or depends on it keeps something to refer to. Throws E_INPUT for an emulator that is not known.
 */
export function fitEmulator(app: App, emulator: string): void {
  const lacks = emulators.get(emulator);
  if (lacks === undefined) {
    throw new ActionError('E_INPUT', `There is no emulator "${emulator}".`, {
      place: 'emulator',
      remedy: `Known are: ${[...emulators.keys()].join(', ')}.`,
    });
  }
  Aspects.of(app).add(new LeaveOut(lacks));
}

class LeaveOut implements IAspect {
  readonly lacks: Lacks;

  constructor(lacks: Lacks) {
    this.lacks = lacks;
  }

  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || !this.lacks(node)) return;
    node.addOverride('Type', 'AWS::CloudFormation::WaitConditionHandle');
    node.addDeletionOverride('Properties');
  }
}
