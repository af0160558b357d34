// Stacks by CreateStack and DeleteStack with the template as the body: no bucket, no bootstrap, no CDK.
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { setTimeout as sleep } from 'node:timers/promises';

export async function createStack(cloudformation, name, template) {
  const request = { StackName: name, TemplateBody: template, Capabilities: ['CAPABILITY_NAMED_IAM'] };
  await cloudformation.send(new CreateStackCommand(request));
  return settled(cloudformation, name);
}

/** As a person would: protection off, then delete. */
export async function deleteStack(cloudformation, name) {
  const unprotected = { StackName: name, EnableTerminationProtection: false };
  await cloudformation.send(new UpdateTerminationProtectionCommand(unprotected));
  await cloudformation.send(new DeleteStackCommand({ StackName: name }));
  return settled(cloudformation, name);
}

/** `{ status, why }`: how it ended, and what CloudFormation said of resources that failed. */
async function settled(cloudformation, name) {
  for (;;) {
    const status = await statusOf(cloudformation, name);
    if (!status.endsWith('_IN_PROGRESS')) return { status, why: await failures(cloudformation, name) };
    await sleep(50);
  }
}

async function statusOf(cloudformation, name) {
  try {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0].StackStatus;
  } catch {
    return 'DELETE_COMPLETE';
  }
}

async function failures(cloudformation, name) {
  const { StackEvents = [] } = await cloudformation
    .send(new DescribeStackEventsCommand({ StackName: name }))
    .catch(() => ({}));
  return StackEvents.filter(({ ResourceStatus }) => ResourceStatus.endsWith('FAILED')).map(
    ({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`,
  );
}
