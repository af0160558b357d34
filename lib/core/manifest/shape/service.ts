import * as z from 'zod/mini';
import { fargateCpus } from '../../fargate.ts';
import {
  defined,
  either,
  flag,
  list,
  named,
  object,
  oneOf,
  repositoryPath,
  serviceName,
  shortName,
  text,
  wholeNumber,
} from './fields.ts';
import { command, migration, variables } from './variable.ts';

const platforms = list(
  'Platforms of the image; tasks run on the first. Default linux/amd64.',
  oneOf('A platform', 'linux/amd64', 'linux/arm64'),
  1,
);
const cpu = z
  .literal(fargateCpus)
  .check(z.meta({ description: 'CPU units: 256 is a quarter of a vCPU. Default 256.' }));
const memory = wholeNumber('Memory in MiB, of a size that Fargate has for the CPU. Default 512.', 512, 122880);
const desiredCount = wholeNumber('Tasks that should run. Default 1.', 0, 5000);
const spot = flag('Run on FARGATE_SPOT, which AWS may take back with two minutes of notice. Default false.');
const seconds = (description: string, from: number, to: number) => wholeNumber(description, from, to);

const healthCheck = defined(
  'health-check',
  either(
    'How ECS asks a container whether it is well. Default: GET /health/ready when the service has a port.',
    '"none", or an object with path or command',
    [
      z.literal('none'),
      object('A health check', {
        path: z.optional(
          text(
            'Path that answers 200 when the service is ready. Default /health/ready.',
            /^\/[A-Za-z0-9_.~!$&'()*+,;=:@%/?-]{0,255}$/,
            'a path that begins with /',
          ),
        ),
        command: z.optional(command),
        'interval-seconds': z.optional(seconds('Seconds between two checks. Default 30.', 5, 300)),
        'timeout-seconds': z.optional(seconds('Seconds one check may take. Default 5.', 2, 60)),
        retries: z.optional(wholeNumber('Failures in a row that make a container unhealthy. Default 3.', 1, 10)),
        'start-period-seconds': z.optional(
          seconds('Seconds after the start in which failures do not count. Default 30.', 0, 300),
        ),
      }),
    ],
  ),
);

export const defaults = object('What every service has unless it says otherwise', {
  build: z.optional(object('Building images', { platforms: z.optional(platforms) })),
  cpu: z.optional(cpu),
  memory: z.optional(memory),
  'desired-count': z.optional(desiredCount),
  spot: z.optional(spot),
  'health-check': z.optional(healthCheck),
  environment: z.optional(variables),
});

const build = object('How the image is made', {
  context: z.optional(repositoryPath),
  dockerfile: z.optional(repositoryPath),
  target: z.optional(
    text(
      'Stage of the Dockerfile',
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/,
      'letters, digits and _.-, beginning with a letter or digit',
    ),
  ),
  args: z.optional(
    named(
      'Build arguments. They stay readable in the image, so no secrets.',
      text('A name', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'letters, digits and _, not beginning with a digit'),
      text('Its value', /^\P{Cc}{0,4096}$/u, 'one line of at most 4096 characters, without control characters'),
    ),
  ),
  secrets: z.optional(
    list(
      'Ids of secrets that steps of the Dockerfile mount; build-push is told their files',
      text('An id', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'letters, digits and _.-, beginning with a letter or digit'),
    ),
  ),
  platforms: z.optional(platforms),
});

const scaling = object('Automatic scaling', {
  min: wholeNumber('Fewest tasks', 0, 5000),
  max: wholeNumber('Most tasks', 1, 5000),
  cpu: z.optional(wholeNumber('Average CPU to hold (percent)', 1, 100)),
  memory: z.optional(wholeNumber('Average memory to hold (percent)', 1, 100)),
  requests: z.optional(wholeNumber('Requests per task and minute to hold', 1, 1_000_000)),
});

export const service = defined(
  'service',
  object('A service: one image, run as tasks of ECS', {
    build: z.optional(build),
    port: z.optional(wholeNumber('Port the container listens on; it is told by the variable PORT', 1, 65535)),
    ingress: z.optional(
      text(
        'Path pattern of the load balancer that leads here, such as /api/*. Without it the service is private.',
        /^(?:none|\/[A-Za-z0-9_.$~"'@:+&()?*/-]{0,127})$/,
        'a path pattern that begins with /, or "none"',
      ),
    ),
    cpu: z.optional(cpu),
    memory: z.optional(memory),
    'desired-count': z.optional(desiredCount),
    scaling: z.optional(scaling),
    spot: z.optional(spot),
    'health-check': z.optional(healthCheck),
    after: z.optional(list('Services that must be good before this one is touched', serviceName)),
    storage: z.optional(
      named('What the service may do with which storage', shortName, list('Rights', oneOf('A right', 'put', 'get'), 1)),
    ),
    migrate: z.optional(
      either('What runs to its end before services change', 'an object with command, or a list of such objects', [
        migration,
        list('Several, in this order', migration, 1),
      ]),
    ),
    environment: z.optional(variables),
  }),
);
