import { createHash } from 'node:crypto';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Migration, Service } from '../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { migrationFamilyName } from '../../../lib/core/names.ts';
import {
  composeTaskDefinition,
  imageReference,
  type TaskDefinition,
} from '../../../lib/aws/task-definition-compose.ts';
import { checkVariableNames } from '../../../lib/aws/task-definition-names.ts';
import { configOf, digestOf } from '../../../lib/world/handed-on.ts';
import type { RunMigrationsInputs } from './inputs.ts';

/** One migration: one task in the release's own image. */
export type MigrationPlan = {
  readonly service: string;
  /** Position among the service's migrations in the manifest. */
  readonly ordinal: number;
  readonly digest: string;
  readonly repository: string;
  /** 16 hex digits for image, command and configuration: another of them is another migration. */
  readonly identity: string;
  readonly command: readonly string[];
  readonly definition: TaskDefinition;
  readonly timeoutMinutes: number;
  readonly logGroup: string;
};

export type MigrationBasis = {
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  readonly config: ResolvedConfig;
  readonly inputs: Pick<RunMigrationsInputs, 'images' | 'phase' | 'command' | 'timeoutMinutes'>;
};

/** The migrations of the phase, in the order in which they will run: that of the manifest. */
export function planMigrations(services: readonly Service[], basis: MigrationBasis): readonly MigrationPlan[] {
  return services.flatMap((service) =>
    service.migrations.flatMap((migration, ordinal) =>
      migration.phase === basis.inputs.phase ? [planMigration(service, migration, ordinal, basis)] : [],
    ),
  );
}

function planMigration(
  service: Service,
  migration: Migration,
  ordinal: number,
  { manifest, contract, config, inputs }: MigrationBasis,
): MigrationPlan {
  const { environment, application, forbiddenEnvironment } = manifest;
  const infra = contract.services.get(service.name);
  const variables = configOf(config, service).migrations[ordinal];
  if (infra === undefined || variables === undefined) throw outOfStep(service.name, infra === undefined);
  const command = inputs.command ?? migration.command;
  const digest = digestOf(inputs.images, service);
  const definition = composeTaskDefinition({
    family: migrationFamilyName({ application, environment: environment.name }, service.name),
    service,
    contract: infra,
    region: environment.region,
    image: imageReference(environment, infra.repository, digest),
    ...variables,
    command,
  });
  checkVariableNames(definition, forbiddenEnvironment);
  const timeoutMinutes = inputs.timeoutMinutes ?? migration.timeoutMinutes;
  return {
    service: service.name,
    ordinal,
    digest,
    repository: infra.repository,
    identity: identityOf(digest, command, variables),
    command,
    definition,
    timeoutMinutes,
    logGroup: infra.logGroup,
  };
}

function identityOf(digest: string, command: readonly string[], variables: object): string {
  return createHash('sha256')
    .update(JSON.stringify([digest, command, variables]))
    .digest('hex')
    .slice(0, 16);
}

function outOfStep(service: string, inInfra: boolean): ActionError {
  return inInfra
    ? new ActionError('E_STATE', `Infra knows nothing of ${service}.`, { remedy: 'Run the infra job.', place: service })
    : new ActionError('E_INPUT', `The file in \`config\` knows nothing of a migration of ${service}.`, {
        remedy: 'Run config-env again: the manifest has changed since.',
        place: 'config',
      });
}
