import type { Job } from './job.ts';

/** Who would run the command. */
export type NamedJob = Pick<Job, 'repository' | 'workflow'>;

/**
 * An operation of deploy-ecs by hand, to be copied: this job's own workflow, dispatched; without a workflow, the action on
 * this very machine.
 */
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
