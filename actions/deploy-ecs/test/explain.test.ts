import { expect, test } from '@jest/globals';
import { explainStop, explainText } from '../../../lib/aws/ecs-explain.ts';
import type { ObservedTask } from '../../../lib/aws/ecs-tasks.ts';
import { causeOf } from '../src/explain/causes.ts';

const targetGroup = '(target-group arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1)';
const pulling = 'CannotPullContainerError: pull image manifest has been retried 5 time(s):';
const secrets =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s):';

const texts: readonly [said: string, cause: RegExp][] = [
  [`${pulling} failed to resolve ref 1.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:0: not found`, /not in the registry/],
  [`${pulling} image Manifest does not contain descriptor matching platform 'linux/amd64'`, /processor architecture/],
  ['exec /usr/local/bin/node: exec format error', /processor architecture/],
  [`${pulling} failed to do request: dial tcp 10.0.0.1:443: i/o timeout`, /registry was out of reach/],
  [`${pulling} toomanyrequests: You have reached your unauthenticated pull rate limit`, /no more pulls/],
  [`${pulling} unexpected status from HEAD request: 403 Forbidden`, /execution role may not pull/],
  [`${pulling} pull access denied, repository does not exist or may require authorization`, /may not pull/],
  [
    'CannotPullContainerError: failed to register layer: write /app: no space left on device',
    /disk of the task is full/,
  ],
  ['CannotPullContainerError: something new', /could not be pulled/],
  [`${secrets} AccessDeniedException: User: … is not authorized`, /may not read a secret/],
  [`${secrets} ResourceNotFoundException: Secrets Manager can't find the specified secret.`, /is not there/],
  [`${secrets} context deadline exceeded`, /out of reach/],
  ['ResourceInitializationError: invalid ssm parameters: /smartboard/prod/x', /is not there/],
  [
    'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1',
    /log group is not there/,
  ],
  [
    'ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream: AccessDeniedException: not authorized to perform: logs:CreateLogStream',
    /may not write the log/,
  ],
  [
    'ResourceInitializationError: failed to validate logger args: i/o timeout : exit status 1',
    /out of reach|log could not be/,
  ],
  ['ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes', /file system/],
  ['was unable to place a task. Reason: ECS was unable to assume the role that was provided.', /may not assume a role/],
  ['OutOfMemoryError: Container killed due to memory usage', /more memory/],
  ['OutOfMemoryError: container killed due to memory usage', /more memory/],
  ['Task failed container health checks', /container health check failed/],
  ['(service web) (task 1) failed container health checks.', /container health check failed/],
  [`Task failed ELB health checks in ${targetGroup}`, /load balancer's health check failed/],
  [
    `(service web) (task 1) (port 8080) is unhealthy in ${targetGroup} due to (reason Health checks failed with these codes: [503]).`,
    /gets an error/,
  ],
  [
    `(service web) (task 1) (port 8080) is unhealthy in ${targetGroup} due to (reason Health checks failed with these codes: [404]).`,
    /a path that the service does not have/,
  ],
  [
    `(service web) (task 1) (port 8080) is unhealthy in ${targetGroup} due to (reason Health checks failed with these codes: [401]).`,
    /wants a log-in/,
  ],
  [
    `(service web) (task 1) (port 8080) is unhealthy in ${targetGroup} due to (reason Request timed out).`,
    /does not reach the service/,
  ],
  ['Your Spot Task was interrupted.', /Spot took the capacity back/],
  ['(service web) was unable to place a task. Reason: Capacity is unavailable at this time.', /no Fargate capacity/],
  ["Reason: You've reached the limit on the number of vCPUs you can run concurrently", /Fargate limit is reached/],
  ['Reason: The requested CPU configuration is above your limit.', /Fargate limit is reached/],
  ['Timeout waiting for network interface provisioning to complete.', /network interface did not come up/],
  ['Timeout waiting for EphemeralStorage provisioning to complete.', /storage of the task did not come up/],
  ['CannotStartContainerError: exec: "node": executable file not found in $PATH', /command is not in the image/],
  ['CannotStartContainerError: exec: "/app/run.sh": permission denied', /may not be executed/],
  ['ContainerRuntimeTimeoutError: Could not transition to created; timed out', /runtime could not start/],
  [
    '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration.',
    /leave no room/,
  ],
  ['(service web) operations are being throttled. Will try again later.', /throttled/],
  ['(service web) is unable to consistently start tasks successfully.', /cannot be started again and again/],
  ['InternalError: something inside', /AWS had trouble/],
];

test.each(texts)('says the likely cause of: %s', (said, cause) => {
  const known = explainText(said);
  expect(known?.cause).toMatch(cause);
  expect(known?.remedy).toMatch(/\.$/);
});

const task = (changes: Partial<ObservedTask>): ObservedTask => ({
  arn: 'arn:task/1',
  id: '1',
  lastStatus: 'STOPPED',
  health: 'UNKNOWN',
  taskDefinition: 'arn:web:1',
  group: 'service:web',
  startedBy: 'ecs-svc/1',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  stoppedAt: 0,
  containers: [],
  ...changes,
});

const exits: readonly [code: number | undefined, cause: RegExp][] = [
  [1, /ended with an error/],
  [126, /may not be executed/],
  [127, /command is not in the image/],
  [137, /was killed/],
  [139, /memory fault/],
  [143, /asked to stop/],
  [0, /ended by itself/],
  [undefined, /without an exit code/],
];

test.each(exits)('an exit code of %s is explained where no text of ECS is', (exitCode, cause) => {
  const container = { name: 'web', exitCode, reason: undefined, imageDigest: undefined };
  const explained = explainStop(task({ containers: [container] }));
  expect(explained.cause).toMatch(cause);
  expect(explained.facts).toContain(exitCode === undefined ? 'web: no exit code' : `web: exit code ${exitCode}`);
});

test('what the load balancer saw comes from the events, where the task knows only that it failed', () => {
  const failed = { kind: 'failed', reason: 'tasks failed to start', goingBackTo: undefined } as const;
  const stopped = [
    task({ stopCode: 'ServiceSchedulerInitiated', stoppedReason: `Task failed ELB health checks in ${targetGroup}` }),
  ];
  const events = [
    `(task 1) (port 80) is unhealthy in ${targetGroup} due to (reason Health checks failed with these codes: [404]).`,
  ];
  expect(causeOf(failed, stopped, events).cause).toMatch(/a path that the service does not have/);
  expect(causeOf(failed, stopped, []).cause).toMatch(/load balancer's health check failed/);
});

const byOthers: readonly [reason: string, cause: string][] = [
  ['the alarm web-5xx went off', 'The alarm web-5xx went off.'],
  [
    'it was stopped (StopServiceDeployment): stop requested.',
    'It was stopped (StopServiceDeployment): stop requested.',
  ],
  [
    'someone has set its desired count to 0, so no task proves the image',
    'Someone has set its desired count to 0, so no task proves the image.',
  ],
  ['the ECS service was deleted: it is DRAINING', 'The ECS service was deleted: it is DRAINING.'],
];

test.each(byOthers)('what people and alarms did comes before what tasks say: %s', (reason, cause) => {
  const explained = causeOf({ kind: 'failed', reason, goingBackTo: undefined }, [task({})], []);
  expect(explained.cause).toBe(cause);
  expect(explained.remedy).toMatch(/\.$/);
});
