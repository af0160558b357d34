import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmTopicName, partitionOf } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';

/**
 * Where alarms go, and who hears of them. Encrypted only with a key of one's own: AWS's key for SNS does not let CloudWatch
 * use it, and alarms would be dropped without a word.
 */
export class AlarmTopic extends Construct {
  constructor(scope: Construct, id: string, setting: Setting, key: string | undefined) {
    super(scope, id);
    const topic = new CfnTopic(this, 'Topic', {
      topicName: alarmTopicName(setting.whereabouts),
      ...(key === undefined ? {} : { kmsMasterKeyId: key }),
    });
    new CfnTopicPolicy(this, 'Policy', {
      topics: [topic.ref],
      policyDocument: { Version: '2012-10-17', Statement: statements(topic.ref, setting) },
    });
    for (const email of setting.manifest.environment.alarms.emails)
      new CfnSubscription(this, email, { topicArn: topic.ref, protocol: 'email', endpoint: email });
  }
}

/** ARN of the topic, known without asking it: alarms of other stacks name it before it is there. */
export function alarmTopicArn({ account, region, whereabouts }: Setting): string {
  return `arn:${partitionOf(region)}:sns:${region}:${account}:${alarmTopicName(whereabouts)}`;
}

function statements(topic: string, { account, region }: Setting) {
  return [
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partitionOf(region)}:cloudwatch:${region}:${account}:alarm:*` },
      },
    },
    {
      Sid: 'EncryptedConnectionsOnly',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
}
