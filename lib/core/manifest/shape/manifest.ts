import * as z from 'zod/mini';
import { environment, environmentName } from './environment.ts';
import { archive } from './foundation.ts';
import { scan } from './scan.ts';
import {
  anyText,
  bucketName,
  described,
  either,
  flag,
  list,
  named,
  object,
  parameterPath,
  secretName,
  serviceName,
  shortName,
  text,
  wholeNumber,
} from './fields.ts';
import { defaults, service } from './service.ts';

const engineVersion = text(
  'Version in quotes, such as "15.4"',
  /^[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}$/,
  'a version in quotes, such as "15.4"',
);
const secretKey = text('A key', /^[A-Za-z0-9_.-]{1,128}$/, '1 to 128 letters, digits and _.-');

const parameterValue = anyText('Its value. No secrets: whoever may list parameters reads it.');

/** slipway.yml as it is written: the source of the published JSON Schema. What one field alone cannot say is left to the rules. */
export const manifestShape = object('What Slipway deploys, and where', {
  version: z.literal(1).check(z.meta({ description: 'Version of this format' })),
  application: described('Name of the application. What is made in AWS begins with it.', shortName),
  environments: named('Where to deploy', environmentName, environment),
  defaults: z.optional(defaults),
  services: named('What to deploy, in the order in which migrations run', serviceName, service),
  database: z.optional(
    object('The database that all services share', {
      engine: z.optional(described('The only one so far', z.literal('aurora-postgresql'))),
      version: engineVersion,
      name: text('Name of the database', /^[a-z][a-z0-9_]{0,62}$/, 'a PostgreSQL name in small letters'),
      secret: described('Secret with the keys username and password', secretName),
    }),
  ),
  cache: z.optional(
    object('The cache that all services share', {
      engine: z.optional(described('The only one so far', z.literal('redis'))),
      version: engineVersion,
      secret: described('Secret whose value is the token', secretName),
    }),
  ),
  storage: z.optional(
    named(
      'Buckets',
      shortName,
      object('A bucket', {
        bucket: bucketName,
        'cors-origins': z.optional(
          list(
            'Origins that may upload from a browser',
            text('An origin', /^https?:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/, 'an origin such as https://example.com'),
          ),
        ),
        archive: z.optional(archive),
      }),
    ),
  ),
  secrets: z.optional(
    named(
      'Secrets that the infrastructure declares, by name',
      secretName,
      object('A secret', {
        'min-length': z.optional(wholeNumber('Refuse to deploy when the value is shorter (characters)', 1, 4096)),
        generate: z.optional(flag('Create it with a random value; otherwise someone fills it in. Default false.')),
        keys: z.optional(list('Keys, when the value is a JSON object', secretKey, 1)),
      }),
    ),
  ),
  parameters: z.optional(
    named(
      'SSM parameters that the infrastructure declares, by path',
      parameterPath,
      either('A parameter', 'the value as text in quotes, or { } when someone fills it in', [
        parameterValue,
        object('Filled in by hand', { value: z.optional(parameterValue) }),
      ]),
    ),
  ),
  scan: z.optional(scan),
  'forbidden-environment': z.optional(
    list(
      'Variables that may not be present anywhere. Default DEV_BYPASS_AUTH.',
      text('A name', /^[^\s]{1,128}$/, 'a name'),
    ),
  ),
});

export type WrittenManifest = z.infer<typeof manifestShape>;
export type WrittenService = WrittenManifest['services'][string];
export type WrittenEnvironment = WrittenManifest['environments'][string];
export type WrittenVariables = NonNullable<WrittenService['environment']>;
