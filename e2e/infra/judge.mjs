// judge.mjs cfn-lint|checkov PROGRAM FOLDER: what the linter finds in FOLDER/aws and FOLDER/cmk, less what accepted.json
// gives a reason for. A reason that nothing needs any more is a finding too. `until: cmk` accepts it only while AWS's keys
// encrypt.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [linter, program, folder] = process.argv.slice(2);
const accepted = JSON.parse(readFileSync('e2e/infra/accepted.json', 'utf8')).filter((entry) => entry.linter === linter);
const readers = { 'cfn-lint': cfnLint, checkov };

const found = ['aws', 'cmk'].flatMap((keys) => readers[linter](join(folder, keys)).map((each) => ({ ...each, keys })));
const isMeant = ({ check, on, until }, finding) =>
  check === finding.check && new RegExp(on).test(finding.resource) && until !== finding.keys;
const open = found.filter((finding) => !accepted.some((entry) => isMeant(entry, finding)));
const stale = accepted.filter((entry) => !found.some((finding) => isMeant(entry, finding)));
for (const { keys, check, resource, message } of open) console.log(`        ${check} ${keys}/${resource}: ${message}`);
for (const { check, on } of stale) console.log(`        ${check} on ${on} is accepted, and not found any more`);
process.exitCode = open.length + stale.length === 0 ? 0 : 1;

function cfnLint(path) {
  const templates = readdirSync(path).filter((name) => name.endsWith('.template.json'));
  if (templates.length === 0) throw new Error(`No templates in ${path}`);
  const output = run([
    '--regions',
    'eu-west-1',
    '--format',
    'json',
    '--',
    ...templates.map((name) => join(path, name)),
  ]);
  return JSON.parse(output).map(({ Rule, Message, Filename, Location }) => ({
    check: Rule.Id,
    resource: `${Filename.split('/').at(-1)}/${Location.Path?.[1] ?? ''}`,
    message: Message,
  }));
}

function checkov(path) {
  const options = ['--framework', 'cloudformation', '--compact', '--quiet', '--skip-download', '--output', 'json'];
  const { results, summary } = JSON.parse(run(['--directory', path, ...options]));
  if (summary.parsing_errors > 0 || summary.resource_count === 0) throw new Error(`checkov could not read ${path}`);
  return results.failed_checks.map(({ check_id: check, resource, check_name: message }) => ({
    check,
    resource,
    message,
  }));
}

/** Both end with a status of their own when they find something: what counts is that they said it in JSON. */
function run(args) {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (!/^[[{]/.test(stdout)) throw new Error(`${linter} says nothing:\n${stderr.slice(-2000)}`);
  return stdout;
}
