import type { Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { derivedSecretPrefix, logGroupName } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';
import { keyGrants } from './encryption.ts';
import { distinct, variablesOf } from './secrets.ts';

/**
 * What ECS may do to start tasks of one service: pull its own image, write its own log, read what its own variables lead
 * to. Variables of its migrations count, since these run as the same role.
 */
export function executionGrants(manifest: SelectedManifest, service: Service): readonly Grant[] {
  const arns = arnsOf(manifest);
  const variables = variablesOf(service);
  const secrets = distinct(variables.flatMap((it) => (it.kind === 'secret' ? [arns.secret(it.secret)] : [])));
  const parameters = distinct(
    variables.flatMap((it) => (it.kind === 'parameter' ? [arns.parameter(it.parameter)] : [])),
  );
  const derived = variables.some(({ kind }) => kind === 'template')
    ? [arns.regional('secretsmanager', `secret:${derivedSecretPrefix(arns.where)}${service.name}/*`)]
    : [];
  const grants: Grant[] = [
    { why: 'A registry login knows no narrower resource', actions: ['ecr:GetAuthorizationToken'], on: ['*'] },
    {
      why: 'Pulls its own image',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      on: [arns.repository(service)],
    },
    {
      why: 'Writes its own log, of which each task has a stream of its own',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: [arns.regional('logs', `log-group:${logGroupName(arns.where, service.name)}:log-stream:*`)],
    },
  ];
  if (secrets.length + derived.length > 0) {
    grants.push({
      why: 'Reads the secrets of its own variables; AWS ends their ARNs at random, and derived ones come with releases',
      actions: ['secretsmanager:GetSecretValue'],
      on: [...secrets, ...derived],
    });
    grants.push(...keyGrants(manifest, secrets));
  }
  if (parameters.length > 0) {
    grants.push({ why: 'Reads the parameters of its own variables', actions: ['ssm:GetParameters'], on: parameters });
  }
  return grants;
}
