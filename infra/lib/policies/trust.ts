import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { partitionOf } from '../../../lib/core/names.ts';
import { documentOf, type PolicyDocument } from './document.ts';

/** Only tasks of this account and region may take execution and task roles: ECS itself is no confused deputy. */
export function taskTrust({ environment: { account, region } }: SelectedManifest): PolicyDocument {
  return documentOf([
    {
      Effect: 'Allow',
      Principal: { Service: 'ecs-tasks.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partitionOf(region)}:ecs:${region}:${account}:*` },
      },
    },
  ]);
}
