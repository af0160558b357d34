import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { describeAwsError, isNamed } from '../../lib/aws/errors.ts';
import type { Aws } from '../../lib/aws/session.ts';
import { ActionError } from '../../lib/core/errors.ts';
import type { Template } from './synthesise.ts';

/** A stack as it stands. */
export type DeployedStack = {
  readonly name: string;
  readonly status: string;
  /** Termination protection. */
  readonly isProtected: boolean;
};

const clients = new WeakMap<Aws['configuration'], CloudFormationClient>();

function cloudFormation(aws: Aws): CloudFormationClient {
  const known = clients.get(aws.configuration) ?? new CloudFormationClient(aws.configuration);
  clients.set(aws.configuration, known);
  return known;
}

/** Undefined when there is no such stack, or only the shell that a change set left behind. */
export async function describeStack(aws: Aws, name: string): Promise<DeployedStack | undefined> {
  const answer = await unlessAbsent(aws.send(cloudFormation(aws), new DescribeStacksCommand({ StackName: name })));
  const stack = answer?.Stacks?.[0];
  const status = stack?.StackStatus ?? '';
  if (stack === undefined || status === 'REVIEW_IN_PROGRESS' || status === 'DELETE_COMPLETE') return undefined;
  return { name, status, isProtected: stack.EnableTerminationProtection === true };
}

/** The template with which the stack stands; undefined when there is none. CDK writes JSON. */
export async function getTemplate(aws: Aws, name: string): Promise<Template | undefined> {
  const command = new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' });
  const answer = await unlessAbsent(aws.send(cloudFormation(aws), command));
  if (answer?.TemplateBody === undefined) return undefined;
  try {
    const template: Template = JSON.parse(answer.TemplateBody);
    return template;
  } catch (cause) {
    throw new ActionError('E_STATE', `The stack ${name} stands with a template that CDK has not written.`, {
      remedy: 'Give the environment or the application another name, or remove that stack by hand.',
      cause,
    });
  }
}

/** CloudFormation says it of a stack that is not there with its general error for anything malformed. */
async function unlessAbsent<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isNamed(error, 'ValidationError') && /does not exist/.test(describeAwsError(error))) return undefined;
    throw error;
  }
}

const secondsBetweenLooks = 5;

/** What of a stack somebody has changed or deleted by hand. Asking takes a minute or two. */
export async function detectDrift(aws: Aws, name: string): Promise<readonly StackResourceDrift[]> {
  const { StackDriftDetectionId: id } = await aws.send(
    cloudFormation(aws),
    new DetectStackDriftCommand({ StackName: name }),
  );
  for (;;) {
    const status = await aws.send(
      cloudFormation(aws),
      new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: id }),
    );
    if (status.DetectionStatus !== 'DETECTION_IN_PROGRESS') {
      if (status.DetectionStatus === 'DETECTION_COMPLETE' || status.StackDriftStatus === 'DRIFTED') break;
      throw new ActionError(
        'E_REMOTE',
        `CloudFormation could not look for drift of ${name}: ${status.DetectionStatusReason}`,
        {
          remedy: 'Give the role the reads that it names, or run this again.',
        },
      );
    }
    await aws.clock.sleep(secondsBetweenLooks * 1000);
  }
  return listDrifts(aws, name);
}

async function listDrifts(aws: Aws, name: string): Promise<readonly StackResourceDrift[]> {
  const found: StackResourceDrift[] = [];
  let token: string | undefined;
  do {
    const page: { StackResourceDrifts?: StackResourceDrift[] | undefined; NextToken?: string | undefined } =
      await aws.send(
        cloudFormation(aws),
        new DescribeStackResourceDriftsCommand({
          StackName: name,
          StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
          NextToken: token,
        }),
      );
    found.push(...(page.StackResourceDrifts ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}
