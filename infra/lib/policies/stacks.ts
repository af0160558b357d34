import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { stackName, stackParts } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';

/** What a difference is made of: the templates that are deployed, and the version of CDK's bootstrap. */
export function stackReads(manifest: SelectedManifest): readonly Grant[] {
  const { where, regional, parameter } = arnsOf(manifest);
  const names = stackParts.map((part) => stackName(where.application, where.environment, part));
  return [
    {
      why: 'Its own stacks; AWS ends their ARNs at random',
      actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
      on: names.map((name) => regional('cloudformation', `stack/${name}/*`)),
    },
    {
      why: 'Is the account bootstrapped, and by a version that is new enough?',
      actions: ['ssm:GetParameter'],
      on: [parameter(`/cdk-bootstrap/${qualifier}/version`)],
    },
  ];
}

/** What CDK puts into the names of an account's bootstrap unless told otherwise. */
export const qualifier = 'hnb659fds';
