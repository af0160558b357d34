import type { Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import {
  executionRoleName,
  partitionOf,
  repositoryName,
  taskRoleName,
  type Whereabouts,
} from '../../../lib/core/names.ts';

/** ARNs of what an environment is made of, written out from names: nothing is looked up, and no stack imports them. */
export type Arns = ReturnType<typeof arnsOf>;

export function arnsOf({ application, environment }: SelectedManifest) {
  const { account, region } = environment;
  const partition = partitionOf(region);
  const where: Whereabouts = { application, environment: environment.name };
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const global = (service: string, resource: string) => `arn:${partition}:${service}::${account}:${resource}`;
  const role = (name: string) => global('iam', `role/${name}`);
  const secret = (name: string) => regional('secretsmanager', `secret:${name}`);
  return {
    where,
    regional,
    global,
    role,
    repository: ({ name }: Service) => regional('ecr', `repository/${repositoryName(application, name)}`),
    executionRole: ({ name }: Service) => role(executionRoleName(where, name)),
    taskRole: ({ name }: Service) => role(taskRoleName(where, name)),
    objects: (bucket: string) => `arn:${partition}:s3:::${bucket}/*`,
    /** Secrets Manager puts a hyphen and six characters behind a name; an ARN in the manifest has them already. */
    secret: (name: string) => (isArn(name) ? name : `${secret(name)}-??????`),
    /** The same, and what AWS asks about when there is no such secret: a refusal would hide that it is missing. */
    secretOrNone: (name: string) => (isArn(name) ? [name] : [secret(name), `${secret(name)}-??????`]),
    parameter: (path: string) => (isArn(path) ? path : regional('ssm', `parameter${path}`)),
  };
}

function isArn(name: string): boolean {
  return name.startsWith('arn:');
}
