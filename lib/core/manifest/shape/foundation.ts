import * as z from 'zod/mini';
import { either, flag, list, object, oneOf, text, wholeNumber } from './fields.ts';

/** The only numbers of days that CloudWatch Logs knows. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const network = object('Network of the environment', {
  cidr: z.optional(
    text(
      'Addresses of the network. Default 10.0.0.0/16.',
      /^(?:10\.(?:25[0-5]|2[0-4]\d|1?\d?\d)|172\.(?:1[6-9]|2\d|3[01])|192\.168)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){2}\/(?:1[6-9]|20)$/,
      'a private IPv4 range of /16 to /20, such as 10.0.0.0/16',
    ),
  ),
});

const database = object('Size of the database', {
  'instance-class': text(
    'Such as db.t4g.medium',
    /^db\.[a-z0-9-]+(?:\.[a-z0-9-]+)?$/,
    'an instance class such as db.t4g.medium',
  ),
  instances: wholeNumber('Writer and readers together', 1, 15),
});

const cache = object('Size of the cache', {
  'node-type': text(
    'Such as cache.t4g.small',
    /^cache\.[a-z0-9-]+\.[a-z0-9-]+$/,
    'a node type such as cache.t4g.small',
  ),
  nodes: wholeNumber('Primary and replicas together', 1, 6),
});

const alarms = object('Alarms, and who hears of them', {
  enabled: z.optional(flag('Default true')),
  email: z.optional(
    list(
      'Addresses that are written to; each has to confirm once. Default none.',
      text(
        'An address',
        /^[A-Za-z0-9._%+-]{1,64}@(?=.{4,253}$)(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,63}$/,
        'an email address',
      ),
    ),
  ),
});

const firewall = either('Firewall of the load balancer (AWS WAF)', '"none", or an object', [
  z.literal('none'),
  object('A firewall', {
    'count-rules': z.optional(
      list(
        'Rules of the managed groups that only count what they would block',
        text('A rule', /^[A-Za-z0-9_-]{1,128}$/, 'the name of a rule such as SQLi_BODY'),
      ),
    ),
    'requests-per-5-minutes': z.optional(
      wholeNumber('Requests that one address may send in five minutes. Default 2000.', 10, 2_000_000_000),
    ),
  }),
]);

const loadBalancer = object('The load balancer', {
  'idle-timeout-seconds': z.optional(wholeNumber('Silence after which a connection is closed. Default 300.', 1, 4000)),
});

/** What only the infrastructure reads of an environment. */
export const foundation = {
  network: z.optional(network),
  nat: z.optional(oneOf('How tasks reach the internet. Default per-az.', 'per-az', 'single', 'none')),
  endpoints: z.optional(flag('Interface endpoints, for calls of AWS that stay inside the network. Default false.')),
  'flow-logs': z.optional(flag('Keep a log of connections in the network. Default true.')),
  encryption: z.optional(
    oneOf('Keys that encrypt what is stored: of AWS, or one of your own (cmk). Default aws.', 'aws', 'cmk'),
  ),
  protection: z.optional(flag('Refuse to delete stacks, database and load balancer. Default true.')),
  'log-retention-days': z.optional(
    z
      .literal(retentionDays)
      .check(z.meta({ description: 'Days that logs are kept, of those that CloudWatch knows. Default 30.' })),
  ),
  alarms: z.optional(alarms),
  firewall: z.optional(firewall),
  'load-balancer': z.optional(loadBalancer),
  database: z.optional(database),
  cache: z.optional(cache),
};

export const archive = either('Where old objects go', '"none", or an object', [
  z.literal('none'),
  object('Cheaper storage for old objects', {
    class: z.optional(
      oneOf(
        'glacier-ir answers at once, glacier must be restored before it is read. Default glacier-ir.',
        'glacier-ir',
        'glacier',
      ),
    ),
    'after-days': z.optional(wholeNumber('Days after which an object goes there. Default 90.', 1, 36500)),
  }),
]);
