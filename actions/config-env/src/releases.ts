import { readHead } from '../../../lib/aws/ledger/head.ts';
import { readReleases } from '../../../lib/aws/ledger/records.ts';
import { describeSecret } from '../../../lib/aws/secrets.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import type { ReleaseRecord } from '../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../lib/core/names.ts';
import { parseRecipe, type Recipe } from './recipe.ts';

/** What may be running, or be returned to: both must find their derived secrets refreshed after a rotation. */
export type Releases = {
  readonly current: ReleaseRecord | undefined;
  /** Names of the derived secrets that the current release, or one that a rollback would go to, refers to. */
  readonly derived: ReadonlySet<string>;
};

export async function observeReleases(aws: Aws, where: Whereabouts): Promise<Releases> {
  const head = await readHead(aws, where);
  // The current release is the newest good one, unless it was left mixed.
  const ids = [head?.current, ...(head?.good ?? []).slice(0, 2)].filter((id) => id !== undefined);
  const records = await readReleases(aws, where, [...new Set(ids)]);
  const released = records.flatMap(({ services }) => Object.values(services));
  return {
    current: records.find(({ id }) => id === head?.current),
    derived: new Set(released.flatMap(({ derived }) => derived ?? [])),
  };
}

/** A derived secret that this run does not compose, but that tasks of an earlier release may still ask for. */
export type EarlierSecret = { readonly name: string; readonly recipe: Recipe };

/** Those of `names` that are there and say how they were composed. */
export async function observeEarlier(aws: Aws, names: readonly string[]): Promise<readonly EarlierSecret[]> {
  const found = await Promise.all(names.map((name) => describeSecret(aws, name)));
  return found.flatMap((secret) => {
    const recipe = parseRecipe(secret?.description);
    return secret === undefined || secret.isBeingDeleted || recipe === undefined ? [] : [{ name: secret.name, recipe }];
  });
}
