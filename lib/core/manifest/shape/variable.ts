import * as z from 'zod/mini';
import {
  anyText,
  defined,
  either,
  list,
  named,
  object,
  oneOf,
  parameterPath,
  secretName,
  serviceName,
  text,
  variableName,
  wholeNumber,
} from './fields.ts';

const key = text(
  'Key inside the secret, when its value is a JSON object',
  /^[A-Za-z0-9_.-]{1,128}$/,
  '1 to 128 letters, digits and _.-',
);

const parameterSource = object('Value of an SSM parameter, read when a task starts', {
  parameter: parameterPath,
});

const secretSource = object('Value of a Secrets Manager secret, read when a task starts', {
  secret: secretName,
  key: z.optional(key),
  'min-length': z.optional(wholeNumber('Refuse to deploy when the value is shorter (characters)', 1, 4096)),
});

const serviceSource = object('Address of another service, such as http://svc-auth.smartboard.internal:4010', {
  service: serviceName,
});

const templateSource = object('Text composed from other values, each percent-encoded', {
  template: anyText(
    'Text with {database.host}-like names of infrastructure values, and names given in "with"; {{ and }} are literal braces',
  ),
  with: z.optional(
    named(
      'Names for secrets and parameters that the template uses',
      text('A name', /^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'letters, digits, _ and -, beginning with a letter'),
      either('A secret or a parameter', 'exactly one of { secret } and { parameter }', [
        object('A secret', { secret: secretName, key: z.optional(key) }),
        parameterSource,
      ]),
    ),
  ),
});

export const variable = defined(
  'variable',
  either(
    'Where the value comes from',
    'text in quotes, or exactly one of { parameter }, { secret }, { service } and { template }',
    [
      z.string().check(z.maxLength(4096), z.meta({ description: 'The value itself' })),
      parameterSource,
      secretSource,
      serviceSource,
      templateSource,
    ],
  ),
);

export const variables = named('Environment variables', variableName, variable);

export const command = list('Program and arguments, never through a shell', anyText('One argument'), 1);

export const migration = defined(
  'migration',
  object('A task that runs to its end before services change', {
    command,
    'timeout-minutes': z.optional(wholeNumber('Minutes after which it is stopped. Default 15.', 1, 1440)),
    schema: z.optional(
      text(
        'Database schema, for people and for order',
        /^[a-z_][a-z0-9_]{0,62}$/,
        'a PostgreSQL name in small letters',
      ),
    ),
    phase: z.optional(
      oneOf('expand runs before services change (default), contract after the release is good', 'expand', 'contract'),
    ),
    environment: z.optional(variables),
  }),
);
