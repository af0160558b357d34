import { findImage } from '../../../lib/aws/ecr.ts';
import { inspectImage } from '../../../lib/aws/image-config.ts';
import { impatient, type Reading, tryToRead } from '../../../lib/aws/impatient.ts';
import { findLogGroups } from '../../../lib/aws/log-groups.ts';
import { findSecrets, type SecretPresence } from '../../../lib/aws/secret-presence.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { getParameters } from '../../../lib/aws/ssm.ts';
import { forbiddenMatch } from '../../../lib/core/environment-names.ts';
import { type Finding, Findings } from '../../../lib/core/errors.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { parseValueFrom } from '../../../lib/core/value-from.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { MigrationPlan } from './plan.ts';

type PreflightWorld = { readonly aws: Aws; readonly manifest: SelectedManifest; readonly log: Log };

/**
 * Looks whether the tasks can start at all: image, log group, secrets and parameters. What cannot be read is a warning;
 * a proven contradiction ends the step, with all of them in one report, before anything is written.
 */
export async function preflight(plans: readonly MigrationPlan[], world: PreflightWorld): Promise<void> {
  const quick = impatient(world.aws);
  const [images, logGroups, references] = await Promise.all([
    Promise.all(plans.map((plan) => tryToRead(() => judgeImage(quick, plan, world.manifest)))),
    tryToRead(() => judgeLogGroups(quick, plans)),
    tryToRead(() => judgeReferences(quick, plans)),
  ]);
  const findings = [...images, logGroups, references].flatMap((reading) => findingsOf(reading, world.log));
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], 'The migrations cannot begin');
}

function findingsOf(reading: Reading<readonly Finding[]>, log: Log): readonly Finding[] {
  if (reading.kind === 'read') return reading.value;
  log.warn(`Something could not be looked at before the migrations begin: ${reading.why}`);
  return [];
}

async function judgeImage(
  aws: Aws,
  { service, repository, digest, definition }: MigrationPlan,
  { forbiddenEnvironment }: SelectedManifest,
): Promise<readonly Finding[]> {
  const image = await findImage(aws, repository, { digest });
  if (image === undefined)
    return [
      state(
        service,
        `ECR has no image ${digest.slice(0, 19)}… in ${repository}.`,
        'Run build-push again, and look at the lifecycle rules.',
      ),
    ];
  const platform = definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
  const inspection = await inspectImage(aws, { repository, manifest: image.manifest, platform });
  if (inspection.kind === 'other-platform')
    return [
      state(
        service,
        `Its task runs on ${platform}, and its image is for ${inspection.platforms.join(', ') || 'no platform'}.`,
        'Put the platform of the tasks first in `build.platforms`, and run build-push again.',
      ),
    ];
  const forbidden = inspection.config.variables.filter(
    (name) => forbiddenMatch(name, forbiddenEnvironment) !== undefined,
  );
  return forbidden.map((name) => ({
    code: 'E_POLICY',
    message: `Its image sets ${name}, which must be absent.`,
    remedy: 'Remove the ENV line from its Dockerfile; setting it to false is not enough.',
    place: service,
  }));
}

async function judgeLogGroups(aws: Aws, plans: readonly MigrationPlan[]): Promise<readonly Finding[]> {
  const found = await findLogGroups(
    aws,
    plans.map(({ logGroup }) => logGroup),
  );
  return plans
    .filter(({ logGroup }) => !found.has(logGroup))
    .map(({ service, logGroup }) => state(service, `There is no log group ${logGroup}.`, 'Run the infra job.'));
}

/** Each secret and parameter once, for all tasks together. */
async function judgeReferences(aws: Aws, plans: readonly MigrationPlan[]): Promise<readonly Finding[]> {
  const secrets = new Map<string, string[]>();
  const parameters = new Set<string>();
  for (const { valueFrom = '' } of plans.flatMap(secretsOf)) {
    const source = parseValueFrom(valueFrom);
    if (source.kind === 'parameter') parameters.add(source.name);
    if (source.kind !== 'secret') continue;
    const keys = secrets.get(source.id) ?? [];
    secrets.set(source.id, source.key === undefined ? keys : [...keys, source.key]);
  }
  const [found, { missing }] = await Promise.all([
    findSecrets(aws, secrets),
    getParameters(aws, [...parameters], { decrypt: false }),
  ]);
  return [
    ...[...found].flatMap(([id, presence]) => judgeSecret(id, presence, secrets.get(id) ?? [])),
    ...missing.map((name) => state('config', `There is no parameter ${name}.`, 'Run config-env again.')),
  ];
}

function secretsOf({ definition }: MigrationPlan) {
  return (definition.containerDefinitions ?? []).flatMap(({ secrets = [] }) => secrets);
}

function judgeSecret(id: string, presence: SecretPresence, keys: readonly string[]): readonly Finding[] {
  const name = id.replace(/^arn:.*:secret:/, '');
  switch (presence.kind) {
    case 'absent':
    case 'being-deleted':
    case 'empty':
      return [
        state(
          'config',
          `The secret ${name} is ${wordsOf[presence.kind]}.`,
          'Run config-env again, which says what to do.',
        ),
      ];
    case 'present':
      return keys
        .filter((key) => presence.keys?.has(key) !== true)
        .map((key) => state('config', `The secret ${name} has no key ${key}.`, 'Run config-env again.'));
    default:
      return [];
  }
}

const wordsOf = { absent: 'not there', 'being-deleted': 'being deleted', empty: 'without a value' } as const;

function state(place: string, message: string, remedy: string): Finding {
  return { code: 'E_STATE', message, remedy, place };
}
