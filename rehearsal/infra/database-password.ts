import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { leanClient, leanCommand, simple, structure } from '../../lib/aws/lean-client.ts';
import type { Aws } from '../../lib/aws/session.ts';

/** Gives an Aurora cluster another master password, at once, as a person does who rotates it. */
export async function changeDatabasePassword(aws: Aws, cluster: string, password: string): Promise<void> {
  const rds = leanClient(aws, {
    id: 'RDS',
    name: 'rds',
    version: '2014-10-31',
    target: '',
    namespace: 'com.amazonaws.rds',
    protocol: AwsQueryProtocol,
  });
  const change = { DBClusterIdentifier: cluster, MasterUserPassword: password, ApplyImmediately: 'true' };
  await aws.send(rds, new ModifyDBClusterCommand(change));
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html */
class ModifyDBClusterCommand extends leanCommand<
  { readonly DBClusterIdentifier: string; readonly MasterUserPassword: string; readonly ApplyImmediately: string },
  object
>('ModifyDBCluster', {
  input: structure('ModifyDBClusterMessage', {
    DBClusterIdentifier: simple.text,
    MasterUserPassword: simple.text,
    ApplyImmediately: simple.text,
  }),
  output: structure('ModifyDBClusterResult', {}),
}) {}
