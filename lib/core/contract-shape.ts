import * as z from 'zod/mini';
import { list, named, object, oneOf, serviceName, shortName, text, wholeNumber } from './manifest/shape/fields.ts';

/** The parts of the contract, as JSON in SSM and, with the same names, in the manifest's `infra`. */

const name = (description: string) => text(description, /^[^\s]{1,1024}$/, 'a name without spaces');
const arn = (description: string) =>
  text(description, /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]{0,12}:[^\s]{1,1024}$/, 'an ARN');
const securityGroups = z
  .array(text('A security group', /^sg-[0-9a-f]{8,17}$/, 'an id such as sg-0123456789abcdef0'))
  .check(z.minLength(1), z.maxLength(5), z.meta({ description: 'Security groups of the tasks, 1 to 5' }));

export const meta = object('What the contract is about', {
  schema: z.literal(1),
  account: text('AWS account', /^[0-9]{12}$/, 'twelve digits'),
  region: text('AWS region', /^[a-z0-9-]{1,32}$/, 'a region'),
  rehearsal: z.optional(
    object('Only in a rehearsal', { notSimulated: list('Parts that are not there', name('A part')) }),
  ),
});

export const cluster = object('The ECS cluster', {
  name: text('Name', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -'),
  capacityProviders: list('Capacity providers', oneOf('One of them', 'FARGATE', 'FARGATE_SPOT'), 1),
});

export const network = object('Where tasks run', {
  vpc: text('VPC', /^vpc-[0-9a-f]{8,17}$/, 'an id such as vpc-0123456789abcdef0'),
  subnets: z
    .array(text('A subnet', /^subnet-[0-9a-f]{8,17}$/, 'an id such as subnet-0123456789abcdef0'))
    .check(z.minLength(1), z.maxLength(16), z.meta({ description: 'Subnets of the tasks, 1 to 16' })),
  assignPublicIp: oneOf('Whether tasks get public addresses', 'ENABLED', 'DISABLED'),
  namespace: z.optional(
    text('Cloud Map namespace', /^[a-z0-9.-]{1,253}$/, 'a domain name such as smartboard.internal'),
  ),
});

export const database = object('The database', {
  host: name('Host name of the writer'),
  port: wholeNumber('Port', 1, 65535),
  name: name('Name of the database'),
  secret: name('Name of the secret with username and password'),
  sslmode: oneOf(
    'How clients use TLS',
    'disable',
    'allow',
    'prefer',
    'require',
    'verify-ca',
    'verify-full',
    'no-verify',
  ),
});

export const cache = object('The cache', {
  host: name('Host name of the primary'),
  port: wholeNumber('Port', 1, 65535),
  secret: name('Name of the secret with the token'),
});

export const bucket = object('A bucket', { bucket: name('Name of the bucket') });

export const service = object('What one service needs', {
  service: text('Name of the ECS service', /^[A-Za-z0-9_-]{1,255}$/, 'letters, digits, _ and -'),
  repository: text(
    'Name of the ECR repository',
    /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/,
    'small letters, digits and ._/- between them',
  ),
  logGroup: text('Log group', /^[A-Za-z0-9_/.#-]{1,512}$/, 'letters, digits and _/.#-'),
  executionRole: arn('Role with which ECS starts the tasks'),
  taskRole: arn('Role that the tasks have'),
  securityGroups,
  targetGroup: z.optional(arn('Target group of the load balancer')),
  registry: z.optional(arn('Cloud Map service')),
});

export const migrations = object('Tasks of migrations', { securityGroups });
export const hash = object('Written last', { hash: name('Anything that changes with the infrastructure') });

/** The manifest's `infra`: everything but what the environment itself says (account and region). */
export const handWrittenContract = object('What infra would publish, for infrastructure that is made by other means', {
  cluster,
  network,
  database: z.optional(database),
  cache: z.optional(cache),
  storage: z.optional(named('Buckets by storage name', shortName, bucket)),
  services: named('Services', serviceName, service),
  migrations,
});
