import type { Verdict } from '../../../../lib/core/release.ts';
import type { Job } from '../../../../lib/github/job.ts';

/**
 * The command that goes on after a release that did not end well, to be copied: back to what was good where services
 * are mixed, a look where the end is not known. Undefined where nothing is left to do but to mend the cause.
 */
export function nextCommand(
  verdict: Verdict,
  { job, environment, back }: { job: NamedJob; environment: string; back: string | undefined },
): string | undefined {
  switch (verdict) {
    case 'mixed':
      return commandFor(job, {
        operation: 'rollback',
        environment,
        ...(back === undefined ? {} : { release: back }),
        reason: 'a release that could not be taken back',
      });
    case 'timed-out':
    case 'superseded':
    case 'unknown':
      return commandFor(job, { operation: 'status', environment });
    default:
      return undefined;
  }
}

export type NamedJob = Pick<Job, 'repository' | 'workflow'>;

/** An operation by hand: this job's own workflow, dispatched; without a workflow, the action on this very machine. */
export function commandFor({ repository, workflow }: NamedJob, inputs: Readonly<Record<string, string>>): string {
  const given = Object.entries(inputs);
  if (workflow === '') {
    const variables = given.map(([name, value]) => quote(`INPUT_${name.toUpperCase()}=${value}`));
    return ['env', ...variables, 'node actions/deploy-ecs/dist/index.js'].join(' ');
  }
  const file = workflow.slice(workflow.lastIndexOf('/') + 1);
  const fields = given.map(([name, value]) => `-f ${quote(`${name}=${value}`)}`);
  return [`gh workflow run ${quote(file)} --repo ${quote(repository)}`, ...fields].join(' ');
}

/** One word for a shell, whatever stands in it. */
function quote(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
