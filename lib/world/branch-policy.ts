import { ActionError } from '../core/errors.ts';
import type { Environment } from '../core/manifest/model.ts';
import type { Job } from '../github/job.ts';

type Ref = Pick<Job, 'event' | 'ref' | 'defaultBranch'>;

/**
 * Throws E_POLICY for a ref that may not be deployed to the environment. Where the manifest names branches, nothing else
 * is deployed, whatever started the run. Where it names none, a pull request is never deployed, and what a person starts
 * is the default branch: anybody who may dispatch a workflow may choose the branch it runs on, reviewed or not. What a
 * push deploys is up to the workflow's own `on:`. On a machine of one's own there is no ref to judge.
 */
export function checkBranch(job: Ref, { name, github }: Pick<Environment, 'name' | 'github'>): void {
  if (job.event === '') return;
  const allowed = allowedBranches(job, github?.branches);
  if (allowed === undefined || allowed.some((branch) => matches(job.ref, branch))) return;
  throw new ActionError('E_POLICY', `This ref may not be deployed to ${name}; ${inWords(allowed)} may.`, {
    remedy: `Run the workflow on one that may, or name it under \`environments.${name}.github.branches\` in the manifest.`,
    place: 'GITHUB_REF',
  });
}

/** Undefined: any ref. */
function allowedBranches(
  { event, defaultBranch = 'main' }: Ref,
  declared: readonly string[] | undefined,
): readonly string[] | undefined {
  if (declared !== undefined) return declared;
  return startedByHand.has(event) || event.startsWith('pull_request') ? [defaultBranch] : undefined;
}

const startedByHand = new Set(['workflow_dispatch', 'repository_dispatch', 'issue_comment']);

/** Branches only: a tag called `main` is no branch. */
function matches(ref: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  let rest = ref;
  if (!rest.startsWith(`refs/heads/${first}`)) return false;
  rest = rest.slice(`refs/heads/${first}`.length);
  const last = others.pop();
  if (last === undefined) return rest === '';
  for (const piece of others) {
    const at = rest.indexOf(piece);
    if (at < 0) return false;
    rest = rest.slice(at + piece.length);
  }
  return rest.endsWith(last);
}

function inWords(branches: readonly string[]): string {
  return branches.map((branch) => `\`${branch}\``).join(', ');
}
