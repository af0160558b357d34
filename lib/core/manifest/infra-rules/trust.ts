import { partitionOf } from '../../names.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** Somebody may take the roles, by an OIDC provider of which an account can have one only. */
export const checkTrust: InfraRule = (subject) => [...repositoryProblems(subject), ...providerProblems(subject)];

function repositoryProblems({ environment, path }: InfraSubject): Problem[] {
  if (environment.github !== undefined) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'github'], {
      message: 'Nothing says which repository may take the roles of this environment.',
      remedy: 'Write github: { repository: owner/name }.',
      part: 'key',
    }),
  ];
}

function providerProblems({ manifest: { environments }, environment, path, whereabouts }: InfraSubject): Problem[] {
  if (environment.github === undefined || environment.github.provider !== undefined) return [];
  const maker = Object.entries(environments).find(
    ([, { account, github }]) =>
      account === environment.account && github !== undefined && github.provider === undefined,
  );
  if (maker === undefined || maker[0] === whereabouts.environment) return [];
  const { account, region } = environment;
  const arn = `arn:${partitionOf(region)}:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  return [
    problemAt('E_MANIFEST', [...path, 'github', 'provider'], {
      message: `The environment ${maker[0]} makes GitHub's OIDC provider in the same account, and an account can have one only.`,
      remedy: `Write provider: ${arn} here.`,
      part: 'key',
      restsOn: [['environments', maker[0], 'github']],
    }),
  ];
}
