import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import {
  clusterName,
  derivedSecretPrefix,
  familyName,
  logGroupName,
  migrationFamilyName,
} from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Condition, Grant } from './document.ts';
import { keyGrants } from './encryption.ts';
import { imageGrant, inRegion, ofCluster, readGrants } from './reads.ts';
import { scalingGrants } from './scaling.ts';
import { usedSecrets } from './secrets.ts';

/** What the READMEs of config-env, run-migrations and deploy-ecs ask for: release this environment, and nothing beside it. */
export function deployGrants(manifest: SelectedManifest): readonly Grant[] {
  return [
    ...readGrants(manifest),
    // The tag by which the registry keeps the images of good releases.
    imageGrant(manifest, ['ecr:PutImage']),
    ...definitionGrants(manifest),
    ...serviceGrants(manifest),
    ...migrationGrants(manifest),
    ...scalingGrants(manifest),
    ...ledgerGrants(manifest),
    ...secretGrants(manifest),
  ];
}

/** Definitions of its own families, which run as the roles of its own services. */
function definitionGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const services = [...manifest.services.values()];
  const families = services.flatMap(({ name, migrations }) => [
    familyName(arns.where, name),
    ...(migrations.length === 0 ? [] : [migrationFamilyName(arns.where, name)]),
  ]);
  const definitions = families.map((family) => arns.regional('ecs', `task-definition/${family}:*`));
  return [
    {
      why: 'Every revision of the definitions of its own services and migrations; none may be privileged',
      actions: ['ecs:RegisterTaskDefinition'],
      on: definitions,
      when: { StringEqualsIfExists: { 'ecs:privileged': 'false' } },
    },
    {
      why: 'AWS knows no narrower resource for ending a definition than the region',
      actions: ['ecs:DeregisterTaskDefinition'],
      on: ['*'],
      when: inRegion(manifest),
    },
    {
      why: 'Tasks run as the roles of their own service, and only ECS may be handed these',
      actions: ['iam:PassRole'],
      on: services.flatMap((service) => [arns.executionRole(service), arns.taskRole(service)]),
      when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    {
      why: 'Only with what is made in the same call: definitions of its own families, services of its own cluster',
      actions: ['ecs:TagResource'],
      on: [
        arns.regional('ecs', `task-definition/${clusterName(arns.where)}-*:*`),
        arns.regional('ecs', `service/${clusterName(arns.where)}/*`),
      ],
      when: { StringEquals: { 'ecs:CreateAction': ['RegisterTaskDefinition', 'CreateService'] } },
    },
  ];
}

/** Services of its own cluster. */
function serviceGrants(manifest: SelectedManifest): readonly Grant[] {
  const { where, regional } = arnsOf(manifest);
  const ours = `${clusterName(where)}/${where.application}-*`;
  return [
    {
      why: 'The application’s services in its own cluster, without a shell in their tasks and without public addresses',
      actions: ['ecs:CreateService', 'ecs:UpdateService'],
      on: [regional('ecs', `service/${ours}`)],
      when: { ...withoutShell, BoolIfExists: { 'ecs:auto-assign-public-ip': 'false' } },
    },
    {
      why: 'The application’s services in its own cluster, those too that the manifest no longer has',
      actions: ['ecs:DeleteService', 'ecs:StopServiceDeployment'],
      on: [regional('ecs', `service/${ours}`), regional('ecs', `service-deployment/${ours}`)],
    },
    {
      why: 'What tasks of its own services wrote last; each has a stream of its own',
      actions: ['logs:GetLogEvents'],
      on: [regional('logs', `log-group:${logGroupName(where, '*')}:log-stream:*`)],
    },
  ];
}

/** One task for each migration, in its own cluster. */
function migrationGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const migrating = [...manifest.services.values()].filter(({ migrations }) => migrations.length > 0);
  if (migrating.length === 0) return [];
  return [
    {
      why: 'Any revision of its own migrations, in its own cluster, without a shell',
      actions: ['ecs:RunTask'],
      on: migrating.map(({ name }) =>
        arns.regional('ecs', `task-definition/${migrationFamilyName(arns.where, name)}:*`),
      ),
      when: { ...withoutShell, ...ofCluster(arns) },
    },
    {
      why: 'A migration that takes too long; tasks have random names',
      actions: ['ecs:StopTask'],
      on: [arns.regional('ecs', `task/${clusterName(arns.where)}/*`)],
    },
  ];
}

/** Lock, head, records and attempts at migrations. Neither the contract nor the application's own parameters. */
function ledgerGrants(manifest: SelectedManifest): readonly Grant[] {
  const { where, parameter } = arnsOf(manifest);
  const below = (folder: string) => parameter(`/${where.application}/${where.environment}/${folder}/*`);
  return [
    {
      why: 'The ledger: one parameter for each release and each migration, and the two that say where it stands',
      actions: ['ssm:PutParameter'],
      on: ['migrations', 'release', 'releases'].map(below),
    },
    {
      why: 'Records of releases and migrations that nobody goes back to any more',
      actions: ['ssm:DeleteParameters'],
      on: ['migrations', 'releases'].map(below),
    },
  ];
}

/** Secrets that are referred to, the fewer that are composed from, and those that are composed. */
function secretGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const { referred, opened } = usedSecrets(manifest);
  const derived = arns.regional('secretsmanager', `secret:${derivedSecretPrefix(arns.where)}*`);
  return [
    {
      why: 'Are the secrets there that variables lead to? AWS ends their ARNs at random; derived ones come with releases',
      actions: ['secretsmanager:DescribeSecret'],
      on: [...referred.flatMap(arns.secretOrNone), derived],
    },
    {
      why: 'Values that derived secrets are composed from or that are checked, and the derived secrets themselves',
      actions: ['secretsmanager:GetSecretValue'],
      on: [...opened.flatMap(arns.secretOrNone), derived],
    },
    {
      why: 'Reading many at once; each needs GetSecretValue besides',
      actions: ['secretsmanager:BatchGetSecretValue'],
      on: ['*'],
      when: inRegion(manifest),
    },
    {
      why: 'Derived secrets of its own environment come and go with releases',
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:DeleteSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:RestoreSecret',
      ],
      on: [derived],
    },
    ...keyGrants(manifest, opened.map(arns.secret)),
  ];
}

const withoutShell: Condition = { StringEqualsIfExists: { 'ecs:enable-execute-command': 'false' } };
