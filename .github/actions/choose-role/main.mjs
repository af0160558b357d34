// Which role a job assumes. Only AWS_ROLE_TO_ASSUME has to be known: the other roles are its siblings,
// <application>-<environment>-deploy beside -build, -infra and -plan, unless a variable names them.
import { appendFileSync } from 'node:fs';

const shape = 'is not the complete ARN of a role, arn:aws:iam::111122223333:role/name. Correct it.';

const role = input('role');
const chosen = choose({ given: input('given'), deployRole: input('deploy-role') });
if (chosen.kind === 'chosen') {
  appendFileSync(process.env.GITHUB_OUTPUT, `arn=${chosen.arn}\n`);
} else {
  process.stdout.write(`::error title=Slipway has no role::E_INPUT ${chosen.why}\n`);
  process.exitCode = 1;
}

function choose({ given, deployRole }) {
  const own = `AWS_${role.toUpperCase()}_ROLE`;
  if (!['build', 'infra', 'deploy', 'plan'].includes(role))
    return refused('`role` is none of build, infra, deploy and plan.');
  if (given !== '') return isRole(given) ? { kind: 'chosen', arn: given } : refused(`The variable ${own} ${shape}`);
  if (deployRole === '')
    return refused(
      'AWS_ROLE_TO_ASSUME is not set. Set it as a variable or a secret of the repository to the ARN of the role that deploys, and pass it on with `secrets` where the workflow is called.',
    );
  if (!isRole(deployRole)) return refused(`AWS_ROLE_TO_ASSUME ${shape}`);
  if (role === 'deploy') return { kind: 'chosen', arn: deployRole };
  if (!deployRole.endsWith('-deploy'))
    return refused(
      `The name in AWS_ROLE_TO_ASSUME does not end in -deploy, so its sibling is not known. Set the variable ${own}.`,
    );
  return { kind: 'chosen', arn: deployRole.replace(/-deploy$/, `-${role}`) };
}

function isRole(text) {
  return /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(text);
}

function refused(why) {
  return { kind: 'refused', why };
}

function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}
