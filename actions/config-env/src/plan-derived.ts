import type { Aws } from '../../../lib/aws/session.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import type { Step } from '../../../lib/github/step.ts';
import { composeAgain, type DerivedSecret } from './derived.ts';
import { type DerivedPlan, isCurrent, planDerived } from './derived-plan.ts';
import { type Observed, observeDerived, observeReferences } from './observe.ts';
import type { ResolvedVariable } from './plan.ts';
import type { Recipe } from './recipe.ts';
import { type EarlierSecret, observeEarlier, type Releases } from './releases.ts';

type PlanWorld = {
  readonly aws: Aws;
  readonly observed: Observed;
  readonly step: Step;
  readonly manifest: SelectedManifest;
};

/** What is to be done about the derived secrets of this configuration, and about those that earlier releases still use. */
export async function planAllDerived(
  variables: readonly ResolvedVariable[],
  releases: Releases,
  world: PlanWorld,
): Promise<readonly DerivedPlan[]> {
  const own = variables.flatMap(({ resolution }) => (resolution.kind === 'derived' ? [resolution.derived] : []));
  const names = new Set(own.map(({ name }) => name));
  const others = [...releases.derived].filter((name) => !names.has(name));
  const earlier = await composeEarlier(await observeEarlier(world.aws, others), world);
  const all = [...own, ...earlier];
  const expected = new Map(all.map((secret) => [secret.name, isCurrent(secret)]));
  return planDerived(all, await observeDerived(world.aws, expected));
}

/** An earlier release keeps its template and its endpoints; only what was rotated is new. */
async function composeEarlier(
  earlier: readonly EarlierSecret[],
  { aws, observed, step, manifest }: PlanWorld,
): Promise<readonly DerivedSecret[]> {
  if (earlier.length === 0) return [];
  const more = await observeReferences(aws, referencesOf(earlier.map(({ recipe }) => recipe)));
  const seen: Observed = {
    parameters: new Map([...more.parameters, ...observed.parameters]),
    secrets: new Map([...more.secrets, ...observed.secrets]),
  };
  return earlier.flatMap(({ name, recipe }) => {
    const again = composeAgain(name, recipe, { observed: seen, forbidden: manifest.forbiddenEnvironment });
    if (again === undefined) {
      step.log.warn(`${name}: an earlier release uses it, and a part of it is gone: it stays as it is`);
      return [];
    }
    for (const secret of again.confidential) step.mask(secret);
    return [again.derived];
  });
}

function referencesOf(recipes: readonly Recipe[]): Parameters<typeof observeReferences>[1] {
  const sources = recipes.flat().filter((step) => typeof step !== 'string');
  return {
    parameters: new Set(),
    openParameters: new Set(sources.flatMap((source) => ('parameter' in source ? [source.parameter] : []))),
    secrets: new Set(),
    openSecrets: new Set(sources.flatMap((source) => ('secret' in source ? [source.secret] : []))),
    checkedSecrets: new Set(),
  };
}
