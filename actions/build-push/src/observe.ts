import { findRepository } from '../../../lib/aws/ecr.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { Findings, type Finding } from '../../../lib/core/errors.ts';
import type { BuildPlan } from './plan.ts';

/** Every repository is there, and in the registry that the plan says. Throws Findings with all that are not. */
export async function checkRepositories(aws: Aws, { registry, images }: BuildPlan): Promise<void> {
  const findings = await Promise.all(
    images.map(async ({ service, repository }): Promise<Finding | undefined> => {
      const found = await findRepository(aws, repository);
      if (found === undefined) {
        return {
          code: 'E_STATE',
          place: `services.${service}`,
          message: `The registry has no repository ${repository}.`,
          remedy: 'Run the infra job for this environment: it makes the repositories.',
        };
      }
      if (found.uri === `${registry}/${repository}`) return undefined;
      return {
        code: 'E_SCOPE',
        place: `services.${service}`,
        message: `ECR says that ${repository} is in another registry than ${registry}.`,
        remedy: 'Correct account and region in the manifest.',
      };
    }),
  );
  const [first, ...rest] = findings.filter((finding) => finding !== undefined);
  if (first !== undefined) throw new Findings([first, ...rest], 'Repositories');
}
