import { writeSecret } from '../../../lib/aws/secrets.ts';
import { restoreSecret } from '../../../lib/aws/secret-upkeep.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { Log } from '../../../lib/core/world.ts';
import type { DerivedPlan } from './derived-plan.ts';
import { describeRecipe } from './recipe.ts';

/** A derived secret that is there and current. */
export type WrittenSecret = { readonly name: string; readonly arn: string; readonly versionId: string };

/** Writes the derived secrets that are not current, side by side; answers with all of them by name. */
export async function applyDerived(
  plans: readonly DerivedPlan[],
  { aws, log }: { aws: Aws; log: Log },
): Promise<ReadonlyMap<string, WrittenSecret>> {
  const written = await Promise.all(
    plans.map(async ({ secret, action, version, arn }): Promise<WrittenSecret> => {
      if (action === 'keep' && arn !== undefined) return { name: secret.name, arn, versionId: version };
      const exists = action !== 'create';
      if (action === 'restore') await restoreSecret(aws, secret.name);
      const { name, value, recipe } = secret;
      const description = describeRecipe(recipe);
      const { arn: complete } = await writeSecret(aws, { name, value, version, exists, description });
      log.info(`${secret.name}: ${exists ? 'refreshed' : 'created'}`);
      return { name: secret.name, arn: complete, versionId: version };
    }),
  );
  return new Map(written.map((secret) => [secret.name, secret]));
}
