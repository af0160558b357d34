// Whether the harness drops what GitHub would drop: without this, a story with masked values could not fail.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const step = `const { appendFileSync } = require('node:fs');
console.log('::add-mask::hidden');
for (const [name, value] of [['images', 'a secret'], ['release', 'a hidden'], ['verdict', 'free'], ['config', 'a secret']])
  appendFileSync(process.env.GITHUB_OUTPUT, name + '<<end\\n' + value + '\\nend\\n');
`;

/** Runs a step that says too much, as act would: what is left of its outputs is what no mask covers, or no job hands on. */
export function dropsMasked(stage) {
  const [program, output] = [stage.at('jobs/step.cjs'), stage.at('jobs/output')];
  writeFileSync(program, step);
  writeFileSync(output, '');
  const job = { GITHUB_OUTPUT: output, GITHUB_JOB: 'canary', GITHUB_RUN_ID: '1', SECRETS: '["secret"]' };
  spawnSync(stage.at('jobs/node'), [program], { env: { ...process.env, ...job } });
  return readFileSync(output, 'utf8') === 'verdict<<end\nfree\nend\nconfig<<end\na secret\nend\n';
}
