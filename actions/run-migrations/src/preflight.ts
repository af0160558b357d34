import { findReleasedImage } from '../../../lib/aws/ecr-released-image.ts';
import { impatient, tryToRead } from '../../../lib/aws/impatient.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Contract } from '../../../lib/core/contract.ts';
import { capacityProvider } from '../../../lib/core/fargate.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import type { Step } from '../../../lib/github/step.ts';
import { observeFoundations } from '../../../lib/world/verify/foundations.ts';
import type { Subject } from '../../../lib/world/verify/subject.ts';
import { judgeTasks, stopAtFindings, verificationOf } from '../../../lib/world/verify/verification.ts';
import { tellVerification } from '../../../lib/world/verify/words.ts';
import type { MigrationPlan } from './plan.ts';

type PreflightWorld = {
  readonly aws: Aws;
  readonly manifest: SelectedManifest;
  readonly contract: Contract;
  readonly step: Pick<Step, 'log' | 'summary'>;
};

/**
 * Looks whether the tasks can start at all, by the same reads and judgements as deploy-ecs verifies a release. What
 * cannot be read is a warning; a proven contradiction ends the step, with all of them in one report, before anything is
 * written.
 */
export async function preflight(plans: readonly MigrationPlan[], world: PreflightWorld): Promise<void> {
  const { aws, contract, manifest, step } = world;
  const { forbiddenEnvironment } = manifest;
  const wishes = { contract, forbiddenEnvironment, subjects: await observeSubjects(plans, world), released: [] };
  const verification = verificationOf(judgeTasks(wishes, await observeFoundations(aws, wishes)));
  tellVerification(step, verification, 'Verified: everything that the migrations stand on is there.');
  stopAtFindings(verification, 'The migrations cannot begin');
}

/** Several migrations of one service share its image, which is asked for once. */
function observeSubjects(
  plans: readonly MigrationPlan[],
  { aws, manifest, contract }: PreflightWorld,
): Promise<readonly Subject[]> {
  const quick = impatient(aws);
  const images = new Map<string, Promise<Subject['image']>>();
  return Promise.all(
    plans.map(async ({ service: name, definition, repository, digest }): Promise<Subject> => {
      const image =
        images.get(name) ?? tryToRead(async () => (await findReleasedImage(quick, { repository, digest }))?.manifest);
      images.set(name, image);
      return {
        kind: 'migration',
        name,
        definition,
        repository,
        digest,
        image: await image,
        capacity: capacityProvider(manifest.services.get(name) ?? { spot: false }),
        securityGroups: contract.migrations.securityGroups,
        isOwn: true,
      };
    }),
  );
}
