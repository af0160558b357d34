import type { Clock } from '../clock.ts';
import type { Service } from '../operation.ts';
import { errorOf } from '../transport/fault-errors.ts';
import { withRates } from './rates.ts';
import type { Bucket } from './rates.ts';

type Row = readonly [operations: RegExp, ...Bucket];

/**
 * Published quotas of an account in eu-west-1, a second; calls that match the same row share it, and the first row
 * counts. Rows marked "unpublished" are modest guesses. ECS has a table of its own.
 */
const tables = {
  ssm: [
    [/^GetParameter(s|sByPath)?$/, 40, 40],
    // Unpublished.
    [/^(PutParameter|LabelParameterVersion|DeleteParameters?)$/, 20, 5],
    [/./, 20, 5],
  ],
  ecr: [
    [/^GetAuthorizationToken$/, 500, 500],
    [/^BatchCheckLayerAvailability$/, 1000, 1000],
    [/^GetDownloadUrlForLayer$/, 3000, 3000],
    [/^BatchGetImage$/, 2000, 2000],
    [/^InitiateLayerUpload$/, 100, 100],
    [/^UploadLayerPart$/, 500, 500],
    [/^CompleteLayerUpload$/, 100, 100],
    [/^PutImage$/, 10, 10],
    // Unpublished.
    [/./, 40, 20],
  ],
  secretsmanager: [
    [/^GetSecretValue$/, 10_000, 10_000],
    [/^DescribeSecret$/, 40_000, 40_000],
    [/^BatchGetSecretValue$/, 100, 100],
    [/./, 50, 50],
  ],
  logs: [
    [/^GetLogEvents$/, 10, 10],
    [/^FilterLogEvents$/, 10, 10],
    [/^PutLogEvents$/, 5000, 5000],
    [/^DescribeLogStreams$/, 25, 25],
    [/./, 10, 10],
  ],
  // Unpublished, as are the reads of load balancing, IAM and Cloud Map.
  'application-autoscaling': [
    [/^(Describe|List)/, 20, 10],
    [/./, 20, 5],
  ],
  elasticloadbalancing: [[/^Describe/, 40, 10]],
  ec2: [[/^Describe/, 100, 20]],
  iam: [[/^(Get|List|Simulate)/, 50, 20]],
  servicediscovery: [[/^(Get|List)/, 50, 20]],
} as const satisfies Readonly<Record<string, readonly Row[]>>;

type Rated = keyof typeof tables;

/** Which services hold callers to their rates: switch one off with `rates.ssm = false`. */
export type AccountRates = Record<Rated, boolean>;

export const allRates = (): AccountRates =>
  Object.fromEntries(Object.keys(tables).map((service) => [service, true])) as AccountRates;

/** The same service, which refuses calls beyond its rates in its own words. */
export function rated(clock: Clock, service: Service, rates: AccountRates): Service {
  const { name } = service;
  if (!isRated(name)) return service;
  const rows: readonly Row[] = tables[name];
  return {
    ...service,
    operations: withRates(service.operations, {
      clock,
      isOn: () => rates[name],
      refuse: () => errorOf({ operation: '*:*', kind: 'throttle' }, name),
      bucketOf(operation) {
        const row = rows.find(([operations]) => operations.test(operation));
        return row === undefined ? undefined : { name: row[0].source, bucket: [row[1], row[2]] };
      },
    }),
  };
}

const isRated = (name: string): name is Rated => Object.hasOwn(tables, name);
