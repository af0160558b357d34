import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { contractPrefix } from '../../../lib/core/names.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { StandardAlarms, type Watched } from '../constructs/standard-alarms.ts';
import type { Setting } from '../setting.ts';

/** The last stack: when it stands, all stand, and the hash that it publishes says so. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, setting: Setting, watched: Watched, props: StackProps) {
    super(scope, id, props);
    if (setting.manifest.environment.alarms.enabled) {
      new AlarmTopic(this, 'Alerts', setting, watched.data.key);
      new StandardAlarms(this, 'Alarms', setting, watched);
    }
    new Dashboard(this, 'Overview', setting, watched);
    this.publishHash(setting);
  }

  /** Depends on everything else here, and the stack on every other one: whoever reads this hash reads of what is finished. */
  private publishHash({ hash, commit, whereabouts: { application, environment } }: Setting): void {
    const others = [...this.node.children];
    const parameter = new CfnParameter(this, 'Hash', {
      name: `${contractPrefix(application, environment)}hash`,
      type: 'String',
      value: JSON.stringify(commit === undefined ? { hash } : { hash, commit }),
    });
    parameter.node.addDependency(...others);
  }
}
