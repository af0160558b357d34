// The main job as a person meets it: start, open the page in headless Chromium, Ctrl-C, and nothing is left behind.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const services = [
  'web',
  'gateway',
  'svc-auth',
  'svc-tenants',
  'svc-datasets',
  'svc-analytics',
  'svc-dashboards',
  'svc-realtime',
  'worker',
];
const problems = [];
const expect = (holds, what) => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
};

const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
const address = await new Promise((resolve, reject) => {
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
    const found = /^Smartboard is at (\S+)$/m.exec(output);
    if (found !== null) resolve(found[1]);
  });
  child.on('exit', (code) => reject(new Error(`npm start ended with ${code} before it served`)));
  setTimeout(() => reject(new Error('npm start did not serve within 120 s')), 120_000).unref();
});

const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
mkdirSync(join(root, 'build/e2e'), { recursive: true });
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];
const browse = (...args) =>
  execFileSync(
    process.env.CHROMIUM,
    [...flags, '--disable-component-update', '--disable-sync', `--user-data-dir=${profile}`, ...args, address],
    {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
const page = browse('--timeout=8000', '--dump-dom');
for (const service of services) expect(page.includes(service), `the page names ${service}`);
browse('--timeout=8000', '--window-size=1280,1000', `--screenshot=${join(root, 'build/e2e/page.png')}`);
rmSync(profile, { recursive: true, force: true });

const status = await (await fetch(`${address}/api/status`)).json();
expect(JSON.stringify(status).includes('svc-auth'), '/api/* reaches the gateway, and the gateway its services');

const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
child.kill('SIGINT');
expect((await exit) === 130, 'Ctrl-C ends it with exit code 130');
expect(!readdirSync(tmpdir()).some((name) => name.startsWith('slipway-rehearsal-')), 'no temporary folder is left');
expect(!listProcesses().some((line) => line.includes('slipway-rehearsal-')), 'no process is left');
console.log(`${problems.length === 0 ? 'e2e page: all held' : `e2e page: ${problems.length} did not hold`}`);
process.exitCode = problems.length === 0 ? 0 : 1;

function listProcesses() {
  return readdirSync('/proc').flatMap((id) => {
    try {
      return /^\d+$/.test(id) ? [execFileSync('cat', [`/proc/${id}/cmdline`], { encoding: 'utf8' })] : [];
    } catch {
      return [];
    }
  });
}
