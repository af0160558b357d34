import {
  composeTaskDefinition,
  imageReference,
  type TaskDefinition,
} from '../../../../lib/aws/task-definition-compose.ts';
import { checkVariableNames } from '../../../../lib/aws/task-definition-names.ts';
import type { ResolvedConfig } from '../../../../lib/core/config.ts';
import type { Contract, ServiceContract } from '../../../../lib/core/contract.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { Service } from '../../../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import { familyName } from '../../../../lib/core/names.ts';
import type { Images } from '../../../../lib/core/release.ts';
import { configOf, digestOf } from '../../../../lib/world/handed-on.ts';

/** What one service shall be after the release. */
export type WantedService = {
  readonly service: Service;
  readonly infra: ServiceContract;
  readonly digest: string;
  readonly definition: TaskDefinition;
};

export function composeWanted(
  service: Service,
  {
    manifest,
    contract,
    config,
    images,
  }: { manifest: SelectedManifest; contract: Contract; config: ResolvedConfig; images: Images },
): WantedService {
  const infra = contract.services.get(service.name);
  if (infra === undefined) {
    throw new ActionError('E_STATE', `Infra knows nothing of ${service.name}.`, {
      remedy: 'Run the infra job.',
      place: service.name,
    });
  }
  const { application, environment, forbiddenEnvironment } = manifest;
  const digest = digestOf(images, service);
  const { environment: literals, secrets } = configOf(config, service);
  const definition = composeTaskDefinition({
    family: familyName({ application, environment: environment.name }, service.name),
    service,
    contract: infra,
    region: environment.region,
    image: imageReference(environment, infra.repository, digest),
    environment: literals,
    secrets,
  });
  checkVariableNames(definition, forbiddenEnvironment);
  return { service, infra, digest, definition };
}
