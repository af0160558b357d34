import { asksForStatus, compile, type Expression, isTruthy, type Value } from './expression.ts';
import { type Job, needsOf, readWorkflow } from './workflow-files.ts';

/** What becomes of a workflow's jobs on GitHub when its conditions are taken by their word. Nothing is started. */

export type Result = 'success' | 'failure' | 'cancelled' | 'skipped';

export type Way = {
  readonly event: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly vars: Readonly<Record<string, Value>>;
};

export type Played = {
  readonly results: Readonly<Record<string, Result>>;
  /** Jobs whose condition was true. */
  readonly started: readonly string[];
};

type Compiled = {
  readonly name: string;
  readonly needs: readonly string[];
  readonly condition: Expression | undefined;
  readonly ownStatus: boolean;
};

/** Plays runs of one workflow: conditions are compiled once. Jobs are in an order in which they can run. */
export function openWorkflow(file: string): (way: Way, ends: Readonly<Record<string, Result>>) => Played {
  const jobs = inOrder(Object.entries(readWorkflow(file).jobs));
  return (way, ends) => play(jobs, way, ends);
}

/** `ends` says how each job ends if it is started; a job may also be started and count as skipped (its called workflow was). */
function play(jobs: readonly Compiled[], { event, inputs, vars }: Way, ends: Readonly<Record<string, Result>>): Played {
  const results: Record<string, Result> = {};
  const started: string[] = [];
  for (const { name, needs, condition, ownStatus } of jobs) {
    const before = ancestorsOf(name, jobs).map((ancestor) => results[ancestor]);
    const status = {
      always: () => true,
      cancelled: () => false,
      failure: () => before.includes('failure'),
      success: () => before.every((result) => result === 'success'),
    };
    const needed = Object.fromEntries(needs.map((need) => [need, { result: results[need] ?? 'skipped' }]));
    const contexts = { github: { event_name: event }, inputs, vars, needs: needed };
    const isAllowed = ownStatus || status.success();
    const runs = isAllowed && (condition === undefined || isTruthy(condition({ contexts, status })));
    if (runs) started.push(name);
    results[name] = runs ? (ends[name] ?? 'success') : 'skipped';
  }
  return { results, started };
}

function inOrder(jobs: readonly (readonly [string, Job])[]): Compiled[] {
  const compiled = jobs.map(([name, job]): Compiled => {
    const source = job.if;
    const condition = source === undefined ? undefined : compile(source);
    return { name, needs: needsOf(job), condition, ownStatus: source !== undefined && asksForStatus(source) };
  });
  const sorted: Compiled[] = [];
  while (sorted.length < compiled.length) {
    const done = new Set(sorted.map(({ name }) => name));
    const next = compiled.find(({ name, needs }) => !done.has(name) && needs.every((need) => done.has(need)));
    if (next === undefined) throw new Error('Jobs wait for each other, or for one that is not there');
    sorted.push(next);
  }
  return sorted;
}

function ancestorsOf(name: string, jobs: readonly Compiled[]): string[] {
  const needs = jobs.find((job) => job.name === name)?.needs ?? [];
  return [...new Set([...needs, ...needs.flatMap((need) => ancestorsOf(need, jobs))])];
}
