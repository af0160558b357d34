import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { CreateStackCommandInput, Stack } from '@aws-sdk/client-cloudformation';
import { inProcessHandler } from '../transport/in-process.ts';
import { account, root } from './account.ts';

type Resources = Readonly<Record<string, object>>;
type More = Omit<Partial<CreateStackCommandInput>, 'StackName' | 'TemplateBody'> & { readonly template?: object };

const bodyOf = (Resources: Resources, template: object = {}) => JSON.stringify({ Resources, ...template });

/** A simulated account with the real SDK's client of CloudFormation; an operation is over when its answer is there. */
export function stackWorld() {
  const world = account();
  const cfn = new CloudFormationClient({
    region: 'eu-west-1',
    credentials: root,
    maxAttempts: 1,
    endpoint: 'http://127.0.0.1:4566',
    requestHandler: inProcessHandler(world.cloud) as never,
  });
  const describe = async (name: string): Promise<Stack> => {
    for (let look = 0; look < 200; look++) {
      const { Stacks } = await cfn.send(new DescribeStacksCommand({ StackName: name }));
      if (Stacks?.[0]?.StackStatus?.endsWith('_IN_PROGRESS') === false) return Stacks[0];
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error(`${name} does not come to an end.`);
  };
  return {
    ...world,
    cfn,
    describe,
    async create(name: string, resources: Resources, { template, ...more }: More = {}): Promise<Stack> {
      const TemplateBody = bodyOf(resources, template);
      const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
      const { StackId } = await cfn.send(
        new CreateStackCommand({ StackName: name, TemplateBody, Capabilities, ...more }),
      );
      return describe(StackId!);
    },
    async update(name: string, resources: Resources, { template, ...more }: More = {}): Promise<Stack> {
      const TemplateBody = bodyOf(resources, template);
      const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
      const { StackId } = await cfn.send(
        new UpdateStackCommand({ StackName: name, TemplateBody, Capabilities, ...more }),
      );
      return describe(StackId!);
    },
    async remove(name: string): Promise<Stack> {
      const { Stacks } = await cfn.send(new DescribeStacksCommand({ StackName: name }));
      await cfn.send(new DeleteStackCommand({ StackName: name }));
      return describe(Stacks![0]!.StackId!);
    },
    /** `Logical STATUS`, oldest first, with the reason behind it where there is one. */
    async events(name: string): Promise<string[]> {
      const { StackEvents = [] } = await cfn.send(new DescribeStackEventsCommand({ StackName: name }));
      return StackEvents.toReversed().map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
        [
          `${LogicalResourceId} ${ResourceStatus}`,
          ...(ResourceStatusReason === undefined ? [] : [ResourceStatusReason]),
        ].join(': '),
      );
    },
  };
}

export const parameter = (Name: string, Value: unknown = 'one', more: object = {}) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Type: 'String', Value },
  ...more,
});

export const outputsOf = ({ Outputs = [] }: Stack) =>
  Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
