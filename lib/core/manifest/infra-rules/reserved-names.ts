import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { fill } from './rule.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** Below `/<application>/<environment>/`: the contract, the ledger, and what builds and migrations remember. */
const ours = new Set(['infra', 'release', 'releases', 'migrations', 'builds']);

/** Names that AWS keeps for itself, and paths that Slipway writes to. */
export const checkReservedNames: InfraRule = (subject) => [
  ...applicationProblems(subject),
  ...parameterProblems(subject),
  ...secretProblems(subject),
];

/** SSM refuses names that begin with aws or ssm, in any case; the contract's begin with the application. */
function applicationProblems({ manifest: { application } }: InfraSubject): Problem[] {
  if (!/^(?:aws|ssm)/i.test(application)) return [];
  return [
    problemAt('E_MANIFEST', ['application'], {
      message: 'The application’s name begins with aws or ssm, and SSM keeps such names for itself.',
      remedy: 'Choose another name.',
    }),
  ];
}

function parameterProblems({ manifest: { parameters = {} }, whereabouts }: InfraSubject): Problem[] {
  const { application, environment } = whereabouts;
  return Object.keys(parameters).flatMap((written) => {
    const [, top = '', second, third = ''] = fill(written, whereabouts).split('/');
    const isOurs = top === application && second === environment && ours.has(third);
    const isOfAws = /^(?:aws|ssm)/i.test(top);
    if (!isOurs && !isOfAws) return [];
    return [
      problemAt('E_MANIFEST', ['parameters', written], {
        message: isOurs ? `Slipway itself writes below ${third}.` : 'SSM keeps names that begin with aws or ssm.',
        remedy: 'Choose another path.',
        part: 'key',
        restsOn: isOfAws ? [['application']] : [],
      }),
    ];
  });
}

function secretProblems({ manifest: { secrets = {} }, whereabouts }: InfraSubject): Problem[] {
  const { application, environment } = whereabouts;
  return Object.keys(secrets)
    .filter((written) => fill(written, whereabouts).startsWith(`${application}/${environment}/derived/`))
    .map((written) =>
      problemAt('E_MANIFEST', ['secrets', written], {
        message: 'config-env writes composed secrets below derived/.',
        remedy: 'Choose another name.',
        part: 'key',
      }),
    );
}
