import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { DeclaredParameter } from '../../../lib/core/manifest/model.ts';
import { Buckets } from '../constructs/buckets.ts';
import { Cache } from '../constructs/cache.ts';
import { Database } from '../constructs/database.ts';
import { DeclaredSecrets } from '../constructs/declared-secrets.ts';
import { EnvironmentKey } from '../constructs/environment-key.ts';
import { publishContract } from '../constructs/published-contract.ts';
import { exportAll } from '../exports.ts';
import type { Data, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

/** Everything whose loss could not be made good by deploying again. */
export class DataStack extends Stack {
  readonly handed: Data;

  constructor(scope: Construct, id: string, setting: Setting, network: Network, props: StackProps) {
    const { manifest } = setting;
    super(scope, id, props);
    const key = manifest.environment.encryption === 'cmk' ? new EnvironmentKey(this, 'Key', setting).arn : undefined;
    const shared = { setting, network, key };
    const database = manifest.database && new Database(this, 'Database', { ...shared, wanted: manifest.database });
    const cache = manifest.cache && new Cache(this, 'Cache', { ...shared, wanted: manifest.cache });
    if (manifest.storage.size > 0) new Buckets(this, 'Storage', { setting, storage: manifest.storage, key });
    const own = new Set([manifest.database?.secret, manifest.cache?.secret]);
    const others = [...manifest.secrets.values()].filter(({ name }) => !own.has(name));
    new DeclaredSecrets(this, 'Secrets', others, key);
    this.parameters([...manifest.parameters.values()]);
    const { storage } = manifest;
    publishContract(this, setting, { database: database?.contract, cache: cache?.contract, storage });
    this.handed = {
      key,
      database: database && { cluster: database.name },
      cache: cache && { replicationGroup: cache.name },
    };
    exportAll(this, this.handed);
  }

  /**
   * Those with a value. SSM keeps no empty ones, and a made-up value could be deployed: what is left to people is not there
   * until they have written it, and config-env says so.
   */
  private parameters(declared: readonly DeclaredParameter[]): void {
    for (const { name, value } of declared) {
      if (value === undefined || name.startsWith('arn:')) continue;
      new CfnParameter(this, `Parameter${name}`, { name, type: 'String', value });
    }
  }
}
