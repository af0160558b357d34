// Copies of repositories for act: what it does not know is rewritten, and it is checked that nothing else differs.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As deploy.yml names it: act would fetch it from GitHub. */
export const buildx = /docker\/setup-buildx-action@\w+/.exec(readFileSync('.github/workflows/deploy.yml', 'utf8'))[0];
export const emptyAction = 'name: x\nruns: { using: composite, steps: [{ shell: bash, run: "true" }] }\n';

const queue = /^ {2,6}queue: max$/;
const [short, full] = [/(\buses: )\$\/(\S+)/, /(\buses: )OWNER\/slipway\/(\S+)@v1/];
const environment = /^( {4})environment: (\$\{\{.*\}\})$/;
const variable = /^( {4})env: \{ JOB_ENVIRONMENT: "(.*)" \}$/;

/** Rewrites every workflow in the folder. */
export function rewriteWorkflows(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    writeFileSync(file, rewritten(readFileSync(file, 'utf8')));
  }
}

/**
 * Exactly this: names by `$/` become full ones, a queue is left out, and a job's environment, which act passes over, is
 * said in the variable JOB_ENVIRONMENT. Whatever else differed would throw.
 */
function rewritten(text) {
  const lines = text.split('\n').filter((line) => !queue.test(line));
  const result = lines.map((line) =>
    line.replace(short, '$1OWNER/slipway/$2@v1').replace(environment, '$1env: { JOB_ENVIRONMENT: "$2" }'),
  );
  const back = result.map((line) => line.replace(full, '$1$$/$2').replace(variable, '$1environment: $2'));
  if (back.join('\n') !== lines.join('\n')) throw new Error('The copy differs otherwise');
  return result.join('\n');
}

/** Makes the folder a repository, or commits what has changed in it; answers the commit. */
export function commit(folder, origin = 'https://github.com/example/shop') {
  const git = (...args) =>
    spawnSync('git', ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).stdout.trim();
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', origin);
  git('add', '-A');
  git('commit', '-qm', 'A copy for act');
  git('tag', '-f', 'v1');
  return git('rev-parse', 'HEAD');
}

/** Options of act that are given once for each value. */
export function pairs(option, values) {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
}
