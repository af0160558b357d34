// What was asked, judged before any job that could touch AWS. No dependency, and nothing to bundle: it is read as it runs.
// All that is wrong is one annotation. It names the field and the rule, never the value: anyone may have written that.

const operations = ['deploy', 'plan', 'verify', 'rollback', 'resume', 'status'];
const building = new Set(['deploy', 'plan', 'verify']);
/** Events that someone without the right to push can cause: their runs decide nothing about an environment. */
const untrusted = new Set(['issue_comment', 'issues', 'pull_request', 'pull_request_target', 'workflow_run']);

/** When a request is broken, what is said of it, and what to do. */
const rules = [
  [
    ({ operation }) => !operations.includes(operation),
    '`operation` is unknown.',
    `Write one of ${operations.join(', ')}.`,
  ],
  [
    ({ environment, event, called }) => environment === '' && (event !== 'push' || called),
    '`environment` is missing.',
    'Give its name in the manifest, or set the variable SLIPWAY_ENVIRONMENT.',
  ],
  [
    ({ environment }) => environment !== '' && !/^[a-z][a-z0-9-]{0,31}$/.test(environment),
    '`environment` is no name of an environment.',
    'It has lower-case letters, digits and hyphens.',
  ],
  [
    ({ event }) => untrusted.has(event),
    'A run that anyone can cause may not deploy.',
    'Call this workflow on a push, or on a start by hand.',
  ],
  [
    ({ event, called, ref, defaultBranch }) =>
      event === 'workflow_dispatch' && !called && ref !== `refs/heads/${defaultBranch || '?'}`,
    'The branch is not the default branch.',
    'Start it again from there: what is on it was reviewed.',
  ],
  [
    ({ operation, reason }) => operation === 'rollback' && reason === '',
    '`reason` is missing.',
    'Say in a sentence why it is rolled back; the ledger keeps it.',
  ],
  [({ reason }) => reason.length > 500, '`reason` is longer than 500 characters.', 'Say it in a sentence.'],
  [
    ({ operation, release }) => release !== '' && operation !== 'rollback',
    '`release` is only for a rollback.',
    'Leave it out: a deployment names its own release.',
  ],
  [
    ({ release }) => release !== '' && !(/^[A-Za-z0-9][A-Za-z0-9._-]{6,99}$/.test(release) && /\d/.test(release)),
    '`release` is neither the id of a release nor a commit.',
    'Copy it from the page of its run, or leave it out.',
  ],
  [
    ({ services }) => services.some((name) => !/^[a-z][a-z0-9-]*$/.test(name)),
    '`services` is no list of services.',
    'Write their names as in the manifest, separated by commas.',
  ],
  [
    ({ operation, services }) => services.length > 0 && !building.has(operation),
    '`services` is only to deploy, plan and verify.',
    'Leave it out: all services of a release go together.',
  ],
  [({ infra }) => infra !== 'apply' && infra !== 'none', '`infra` is unknown.', 'Write apply or none.'],
];

const request = {
  event: process.env.GITHUB_EVENT_NAME ?? '',
  ref: process.env.GITHUB_REF ?? '',
  called: input('called') === 'true',
  defaultBranch: input('default-branch'),
  operation: input('operation') || 'deploy',
  environment: input('environment'),
  release: input('release'),
  services: input('services')
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== ''),
  reason: input('reason'),
  infra: input('infra') || 'apply',
};
const problems = rules.filter(([isBroken]) => isBroken(request)).map(([, ...words]) => words.join(' '));
if (problems.length > 0) {
  annotate('error', 'Slipway cannot start', `E_INPUT ${problems.join('\n')}`);
  process.exitCode = 1;
} else if (request.environment === '') {
  annotate('notice', 'Nothing is deployed', 'No environment is named. To deploy on a push, set SLIPWAY_ENVIRONMENT.');
}

/** As the runner hands an input to an action. */
function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

/** A command of the runner is one line, so line ends and per cent are written otherwise. */
function annotate(level, title, text) {
  const line = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stdout.write(`::${level} title=${title}::${line}\n`);
}
