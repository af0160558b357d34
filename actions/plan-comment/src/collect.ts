import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { ActionError } from '../../../lib/core/errors.ts';
import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { type SelectedManifest, selectEnvironment } from '../../../lib/core/manifest/select.ts';
import { whyNot } from '../../../lib/github/api.ts';
import { readFileAt } from '../../../lib/github/read-file.ts';
import type { Step } from '../../../lib/github/step.ts';
import { readManifest } from '../../../lib/world/read-manifest.ts';
import { describeCostChange } from '../../../infra/cost/change.ts';
import { costOf } from '../../../infra/cost/cost-of.ts';
import { fit } from './fit.ts';
import { hide } from './hide.ts';
import type { CollectInputs } from './inputs.ts';
import { imagesShape, infraShape, type Plan, servicesShape } from './plan.ts';

/**
 * Puts the plan together and hands it on as JSON that GitHub does not drop and that fits into a comment. A part that an
 * earlier step could not find out is missing with a word; only a manifest that cannot be read leaves nothing to say.
 */
export async function collect(inputs: CollectInputs, step: Step): Promise<void> {
  const manifest = await readManifest(step, inputs);
  const plan: Plan = {
    application: manifest.application,
    environment: manifest.environment.name,
    commit: inputs.head,
    images: inputs.images === undefined ? failed : known(imagesShape, inputs.images),
    services: await readServices(inputs.services),
    infra: await readInfra(inputs),
    cost: await compareCosts(manifest, inputs, step),
  };
  const { account } = manifest.environment;
  step.outputs.set('plan', JSON.stringify(fit(hide(plan, [account, inputs.region]))));
}

const failed = { kind: 'unknown', why: 'failed' } as const;

/** What our own action wrote has this shape, or was written by something else. */
function known<Shape extends z.ZodType>(shape: Shape, value: unknown) {
  const { success, data } = shape.safeParse(value);
  return success ? ({ kind: 'known', value: data } as const) : failed;
}

async function readServices(file: string | undefined): Promise<Plan['services']> {
  const report = file === undefined ? undefined : await readJson(file);
  if (typeof report !== 'object' || report === null || !('plan' in report)) return failed;
  return known(servicesShape, report.plan);
}

async function readInfra({ infraChanged, infra }: CollectInputs): Promise<Plan['infra']> {
  if (infraChanged === 'none') return { kind: 'unknown', why: 'by-others' };
  if (infraChanged === 'false') return { kind: 'known', value: null };
  return infra === undefined ? failed : known(infraShape, await readJson(infra));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The base's manifest is read as data, through GitHub's API: nothing of it, or of the pull request, is checked out twice. */
async function compareCosts(
  manifest: SelectedManifest,
  { manifest: path, environment, base, githubToken: token }: CollectInputs,
  { job: { repository, apiUrl }, log }: Step,
): Promise<Plan['cost']> {
  const cost = costOf(manifest);
  const first = {
    kind: 'known',
    value: `About ${cost.usd.toFixed(2)} USD a month; the base has no such environment.`,
  } as const;
  try {
    const text = await readFileAt({ token, repository, apiUrl, path, commit: base });
    if (text === undefined) return first;
    const before = parseManifest(text, path);
    if (!before.environments.has(environment)) return first;
    const change = describeCostChange(costOf(selectEnvironment(before, environment)), cost);
    return { kind: 'known', value: change ?? 'No change.' };
  } catch (error) {
    if (error instanceof ActionError) return { kind: 'unknown', why: 'base-unusable' };
    log.warn(`The base's manifest was not to be had from GitHub: ${whyNot(error)}.`);
    return { kind: 'unknown', why: 'base-not-read' };
  }
}
