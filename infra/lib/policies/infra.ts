import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { contractPrefix } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';
import { ofCluster } from './reads.ts';
import { qualifier, stackReads } from './stacks.ts';

/**
 * What the infra job may do itself: see what is deployed. Changing it is the business of the roles that CDK's bootstrap
 * made, which it may take; what these may do is decided there, once for the account.
 */
export function infraGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const { account, region } = manifest.environment;
  const contract = arns.parameter(contractPrefix(arns.where.application, arns.where.environment).replace(/\/$/, ''));
  return [
    {
      why: 'Hands over to the roles that CDK’s bootstrap made in this account and region',
      actions: ['sts:AssumeRole'],
      on: ['deploy', 'file-publishing', 'lookup'].map((role) =>
        arns.role(`cdk-${qualifier}-${role}-role-${account}-${region}`),
      ),
    },
    { why: 'Who one is: STS knows no narrower resource', actions: ['sts:GetCallerIdentity'], on: ['*'] },
    ...stackReads(manifest),
    {
      why: 'The contract and the hash by which an unchanged infrastructure is passed over',
      actions: ['ssm:GetParameter', 'ssm:GetParametersByPath'],
      on: [contract, `${contract}/*`],
    },
    {
      why: 'Before anything is destroyed: are there services? IAM takes the cluster as a condition, not as a resource',
      actions: ['ecs:ListServices'],
      on: ['*'],
      when: ofCluster(arns),
    },
  ];
}
