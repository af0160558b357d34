/** What everything is called. Infrastructure, actions and rehearsal all ask here, so that nobody spells a name twice. */

export type Whereabouts = { readonly application: string; readonly environment: string };

/** ECS cluster, e.g. `smartboard-prod`. */
export function clusterName({ application, environment }: Whereabouts): string {
  return `${application}-${environment}`;
}

/** ECS service inside the environment's cluster, e.g. `smartboard-web`. */
export function ecsServiceName(application: string, service: string): string {
  return `${application}-${service}`;
}

/** ECR repository, e.g. `smartboard-web`: environments of one account share it. */
export function repositoryName(application: string, service: string): string {
  return `${application}-${service}`;
}

/** CloudWatch log group, e.g. `/smartboard/prod/web`. */
export function logGroupName({ application, environment }: Whereabouts, service: string): string {
  return `/${application}/${environment}/${service}`;
}

/** Task definition family of a service, e.g. `smartboard-prod-web`. */
export function familyName({ application, environment }: Whereabouts, service: string): string {
  return `${application}-${environment}-${service}`;
}

/** Task definition family of a service's migrations, e.g. `smartboard-prod-svc-auth-migrate`. */
export function migrationFamilyName(whereabouts: Whereabouts, service: string): string {
  return `${familyName(whereabouts, service)}-migrate`;
}

/** Role that a job of GitHub takes, e.g. `smartboard-prod-deploy`. */
export function roleName(
  { application, environment }: Whereabouts,
  role: 'build' | 'deploy' | 'infra' | 'plan',
): string {
  return `${application}-${environment}-${role}`;
}

/** Role by which ECS starts tasks of a service, e.g. `smartboard-prod-web-execution`. */
export function executionRoleName(whereabouts: Whereabouts, service: string): string {
  return `${familyName(whereabouts, service)}-execution`;
}

/** Role that a service's own code has, e.g. `smartboard-prod-web-task`. */
export function taskRoleName(whereabouts: Whereabouts, service: string): string {
  return `${familyName(whereabouts, service)}-task`;
}

/** Load balancer, e.g. `smartboard-prod`: AWS takes 32 characters. */
export function loadBalancerName({ application, environment }: Whereabouts): string {
  return `${application}-${environment}`;
}

/** SNS topic that alarms are sent to, e.g. `smartboard-prod-alarms`. */
export function alarmTopicName({ application, environment }: Whereabouts): string {
  return `${application}-${environment}-alarms`;
}

/** What the infrastructure is made of, in the order in which it is made. */
export const stackParts = ['registry', 'delivery', 'network', 'data', 'edge', 'platform', 'monitoring'] as const;

export type StackPart = (typeof stackParts)[number];

/** CloudFormation stack, e.g. `smartboard-prod-network`; the registries belong to all environments: `smartboard-registry`. */
export function stackName(application: string, environment: string, part: StackPart): string {
  return part === 'registry' ? `${application}-registry` : `${application}-${environment}-${part}`;
}

/** Cloud Map namespace, e.g. `smartboard.internal`. */
export function namespaceName(application: string): string {
  return `${application}.internal`;
}

/** Where other services find this one, e.g. `http://svc-auth.smartboard.internal:4010`. */
export function serviceUrl(service: string, namespace: string, port: number): string {
  return `http://${service}.${namespace}:${port}`;
}

/** Prefix of what infra publishes in SSM, e.g. `/smartboard/prod/infra/`. */
export function contractPrefix(application: string, environment: string): string {
  return `/${application}/${environment}/infra/`;
}

/** SSM parameter that says where the environment stands. */
export function headPath({ application, environment }: Whereabouts): string {
  return `/${application}/${environment}/release/head`;
}

/** SSM path under which each release has its record. */
export function releasesPath({ application, environment }: Whereabouts): string {
  return `/${application}/${environment}/releases`;
}

/** SSM parameter of one release's record. */
export function releasePath(whereabouts: Whereabouts, release: string): string {
  return `${releasesPath(whereabouts)}/${release}`;
}

/** SSM parameter of one numbered part of a release's record. */
export function releasePartPath(whereabouts: Whereabouts, release: string, part: number): string {
  return `${releasePath(whereabouts, release)}/${part}`;
}

/** SSM path under which each migration has its attempts. */
export function migrationsPath({ application, environment }: Whereabouts): string {
  return `/${application}/${environment}/migrations`;
}

/** SSM parameter of one migration's attempts; `identity` stands for image, command and configuration. */
export function migrationPath(
  whereabouts: Whereabouts,
  { service, ordinal, identity }: { service: string; ordinal: number; identity: string },
): string {
  return `${migrationsPath(whereabouts)}/${service}/${ordinal}-${identity}`;
}

/** SSM parameter that says who changes the environment. */
export function lockPath({ application, environment }: Whereabouts): string {
  return `/${application}/${environment}/release/lock`;
}

/** SSM path under which each service has the time of its last build. */
export function buildTimesPath({ application, environment }: Whereabouts): string {
  return `/${application}/${environment}/builds/`;
}

/** Prefix of all derived secrets of an environment, e.g. `smartboard/prod/derived/`. */
export function derivedSecretPrefix({ application, environment }: Whereabouts): string {
  return `${application}/${environment}/derived/`;
}

/**
 * Secret composed from others, e.g. `smartboard/prod/derived/svc-auth/DATABASE_URL_AUTH-1a2b3c4d`. `basis` is the text
 * of template and endpoints: another basis is another secret, so tasks of an earlier release keep theirs.
 * `sha256` answers in lower-case hex.
 */
export function derivedSecretName(
  whereabouts: Whereabouts,
  { service, variable, basis }: { service: string; variable: string; basis: string },
  sha256: (text: string) => string,
): string {
  return `${derivedSecretPrefix(whereabouts)}${service}/${variable}-${sha256(basis).slice(0, 8)}`;
}

/** The name STS accepts for a session: 2 to 64 characters of `[\w+=,.@-]`; anything else becomes `-`. */
export function roleSessionName(...parts: readonly (string | number)[]): string {
  const name = parts
    .join('-')
    .replace(/[^A-Za-z0-9_+=,.@-]+/g, '-')
    .slice(0, 64);
  return name.length >= 2 ? name : `${name}--`.slice(0, 2);
}

/** The partition of a region, as ARNs spell it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}
