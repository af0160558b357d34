import type { ScenarioName } from './names.ts';
import type { ReleasePlan, Scenario } from './scenario.ts';

const first: ReleasePlan = { title: 'the first release', operation: 'deploy' };

const changedWeb: ReleasePlan = {
  title: 'a release that changes web',
  operation: 'deploy',
  edit: (repository) => repository.edit('services/web/version.txt', () => '2\n'),
};

const brokenMigration: ReleasePlan = {
  title: 'a release whose migration of svc-datasets fails',
  operation: 'deploy',
  async edit(repository) {
    await repository.edit(
      'services/svc-datasets/migrations/900_broken.sql',
      () => 'ALTER TABLE datasets.no_such_table ADD COLUMN size bigint;\n',
    );
    await repository.edit('services/svc-datasets/Dockerfile', label('simulator.command.exit-code', '1'));
  },
};

const crashLoop: ReleasePlan = {
  title: 'a release whose svc-analytics exits as it starts',
  operation: 'deploy',
  async edit(repository) {
    await repository.edit(
      'services/svc-analytics/index.js',
      (text) => `console.error('Cannot find the module that was never committed');\nprocess.exit(1);\n${text}`,
    );
    await repository.edit('services/svc-analytics/Dockerfile', label('simulator.exit-code', '1'));
  },
};

/** One in three calls of what a deployment needs most is refused, and some answers are lost. */
const throttles = [
  { operation: 'ecs:DescribeServices', every: 3, kind: 'throttle' },
  { operation: 'ecs:RegisterTaskDefinition', every: 3, kind: 'throttle' },
  { operation: 'ecs:CreateService', every: 4, kind: 'throttle' },
  { operation: 'ecs:CreateService', nth: 2, kind: 'reset-after' },
  { operation: 'ecs:RunTask', every: 2, kind: 'throttle' },
  { operation: 'ecs:DescribeTasks', every: 3, kind: 'server-error' },
  { operation: 'ssm:GetParametersByPath', nth: 1, kind: 'throttle' },
  { operation: 'secretsmanager:DescribeSecret', every: 4, kind: 'throttle' },
  { operation: 'logs:GetLogEvents', every: 3, kind: 'reset' },
];

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  healthy: {
    says: 'Every service is built, configured, migrated and rolled out into an empty environment.',
    releases: [first],
    expected: { verdict: 'succeeded' },
  },
  'second-release': {
    says: 'One service changed: it is updated, and the others are restarted because a new deployment is forced.',
    releases: [first, changedWeb],
    expected: { verdict: 'succeeded' },
  },
  'failing-migration': {
    says: 'A migration exits with 1: no service is touched.',
    releases: [first, brokenMigration],
    expected: { verdict: 'refused', failedAt: 'run-migrations' },
  },
  'crash-loop': {
    says: 'One service exits as it starts: every service of the release goes back to what ran before.',
    releases: [first, crashLoop],
    expected: { verdict: 'undone' },
  },
  'failing-first-release': {
    says: 'One service of the very first release exits as it starts: there is nothing to go back to, so what was created is emptied.',
    releases: [{ ...crashLoop, title: 'a first release whose svc-analytics exits as it starts' }],
    expected: { verdict: 'undone' },
  },
  'missing-secret': {
    says: 'A secret that the manifest names does not exist: config-env says so before anything moves.',
    missingSecrets: ['smartboard/oidc/microsoft-client-secret'],
    releases: [first],
    expected: { verdict: 'refused', failedAt: 'config-env' },
  },
  throttled: {
    says: 'AWS refuses every third call for a while: the release takes longer and succeeds.',
    releases: [{ ...first, faults: throttles }],
    expected: { verdict: 'succeeded' },
  },
  rollback: {
    says: 'After a second release somebody asks for the last good one: it is back without a build.',
    releases: [first, changedWeb, { title: 'a rollback to the last good release', operation: 'rollback' }],
    expected: { verdict: 'rolled-back' },
  },
};

function label(name: string, value: string): (dockerfile: string) => string {
  return (dockerfile) => `${dockerfile.trimEnd()}\nLABEL ${name}="${value}"\n`;
}
