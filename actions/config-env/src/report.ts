import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedConfig } from '../../../lib/core/config.ts';
import type { Step } from '../../../lib/github/step.ts';
import { markdownTable } from '../../../lib/github/summary.ts';
import type { Variable } from '../../../lib/core/manifest/model.ts';
import type { DerivedPlan } from './derived-plan.ts';
import type { Drift } from './drift.ts';
import type { ResolvedVariable } from './plan.ts';

/** The file that later steps of the job read, and the outputs that lead to it. */
export async function publishConfig(step: Step, config: ResolvedConfig): Promise<void> {
  const file = join(step.temporaryDirectory, 'config.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  step.outputs.set('config', file);
  step.outputs.set('fingerprint', config.fingerprint);
}

/** Service × variable: where it comes from, which version, in what state. Never a value. */
export function summarise(
  variables: readonly ResolvedVariable[],
  plans: readonly DerivedPlan[],
  { dryRun, drift }: { dryRun: boolean; drift: readonly Drift[] },
): string {
  const planned = new Map(plans.map((plan) => [plan.secret.name, plan]));
  const rows = variables.map((one) => [
    one.migration === undefined ? one.service.name : `${one.service.name} (migration ${one.migration + 1})`,
    one.variable.name,
    describeSource(one.variable),
    ...describeState(one, planned, dryRun),
  ]);
  const gone = drift.map(({ service, variable }) => [service, variable, 'gone from the manifest', '', 'still running']);
  const title = dryRun ? '### Environment (dry run: nothing was written)' : '### Environment';
  const table = markdownTable(['service', 'variable', 'source', 'version', 'state'], [...rows, ...gone]);
  return [title, table].join('\n\n');
}

/** One line for the log. */
export function describeOutcome(variables: readonly ResolvedVariable[], plans: readonly DerivedPlan[]): string {
  const services = new Set(variables.map(({ service }) => service.name)).size;
  const count = (action: DerivedPlan['action']) => plans.filter((plan) => plan.action === action).length;
  const derived = `${count('create')} to create, ${count('refresh') + count('restore')} to refresh, ${count('keep')} as they are`;
  return `${variables.length} variables of ${services} services resolved; derived secrets: ${derived}`;
}

function describeSource(variable: Variable): string {
  switch (variable.kind) {
    case 'literal':
      return 'manifest';
    case 'parameter':
      return `parameter ${variable.parameter}`;
    case 'secret':
      return `secret ${variable.secret}${variable.key === undefined ? '' : ` (${variable.key})`}`;
    case 'service':
      return `service ${variable.service}`;
    case 'template':
      return 'template';
  }
}

function describeState(
  { resolution }: ResolvedVariable,
  planned: ReadonlyMap<string, DerivedPlan>,
  dryRun: boolean,
): [version: string, state: string] {
  switch (resolution.kind) {
    case 'environment':
      return resolution.version === undefined ? ['', 'literal'] : [resolution.version, 'literal'];
    case 'secret':
      return [shortVersion(resolution.version), resolution.unchecked ? 'there, key not checked' : 'there'];
    case 'derived': {
      const plan = planned.get(resolution.derived.name);
      const words = {
        keep: 'unchanged',
        create: dryRun ? 'to be created' : 'created',
        refresh: dryRun ? 'to be refreshed' : 'refreshed',
        restore: dryRun ? 'to be restored' : 'restored',
      };
      return [shortVersion(plan?.version ?? ''), `derived, ${words[plan?.action ?? 'keep']}`];
    }
  }
}

function shortVersion(version: string): string {
  return version.slice(0, 8);
}
