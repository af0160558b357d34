// The first `node` on act's PATH: sets what the runner gives a job and act does not, and drops what GitHub would drop.
// Not a shell's script: a shell loses variables such as INPUT_ROLE-TO-ASSUME.
const { spawn } = require('node:child_process');
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const { TOKENS, JOB_ENVIRONMENT = '', API, SECRETS = '[]', GITHUB_OUTPUT, GITHUB_JOB, GITHUB_RUN_ID } = process.env;
/** What deploy.yml hands on from job to job; between steps GitHub drops nothing. */
const jobOutputs = new Set(['images', 'release', 'verdict']);
const masks = path.join(__dirname, `masks-${GITHUB_RUN_ID}-${GITHUB_JOB}`);

// Act asks first of all where its node lies.
if (process.argv.join(' ').includes('process.execPath')) console.log(__filename);
else run();

function run() {
  const env = {
    ...process.env,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${TOKENS}?environment=${encodeURIComponent(JOB_ENVIRONMENT)}`,
    GITHUB_API_URL: API,
  };
  const child = spawn(process.execPath, process.argv.slice(2), { env, stdio: ['inherit', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (part) => {
    said += part;
    process.stdout.write(part);
  });
  child.on('close', (code) => {
    for (const [, value] of said.matchAll(/^::add-mask::(.+)$/gm)) appendFileSync(masks, `${value}\n`);
    if (GITHUB_OUTPUT !== undefined) dropMasked();
    process.exitCode = code ?? 1;
  });
}

/** GitHub hands on no output of a job in which a secret or a masked value is found. */
function dropMasked() {
  const masked = existsSync(masks) ? readFileSync(masks, 'utf8').split('\n') : [];
  const hidden = [...JSON.parse(SECRETS), ...masked].filter(Boolean);
  const kept = readFileSync(GITHUB_OUTPUT, 'utf8').replace(
    /^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2\n/gm,
    (block, name, _end, value) => (jobOutputs.has(name) && hidden.some((one) => value.includes(one)) ? '' : block),
  );
  writeFileSync(GITHUB_OUTPUT, kept);
}
