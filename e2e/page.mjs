// The main job as a person meets it: start, look at the page, use it, Ctrl-C, and nothing is left behind.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openPage } from './browser.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems = [];
const expect = (holds, what) => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
};

const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => child.kill('SIGTERM'));
const address = await served();
const own = folders().find((name) => name.startsWith(`slipway-rehearsal-${child.pid}-`));

const page = await openPage(process.env.CHROMIUM, address);
const text = 'document.body.innerText';
expect(
  await page.until(`${text}.includes('9 of 9 services are ready')`, 30),
  'the page shows nine of nine services ready',
);
expect(await page.until(`${text}.includes('not simulated')`, 1), 'and says what is not simulated');
await page.evaluate("[...document.querySelectorAll('button')].find((one) => one.innerText.includes('Upload')).click()");
expect(
  await page.until(`${text}.includes('100 lines')`, 30),
  'a sample goes from the page by a presigned URL into the bucket, and the worker reads it',
);
mkdirSync(`${root}/build/e2e`, { recursive: true });
writeFileSync(`${root}/build/e2e/page.png`, await page.picture());
await page.close();

const status = await fetch(`${address}/api/status`);
expect(
  status.ok && (await status.text()).includes('svc-auth'),
  '/api/* reaches the gateway, and the gateway its services',
);

const exit = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
child.kill('SIGINT');
expect((await exit) === 130, 'Ctrl-C ends it with exit code 130');
expect(own !== undefined && !folders().includes(own), 'no temporary folder is left');
expect(!commandLines().some((line) => line.includes(own)), 'no process is left');
console.log(problems.length === 0 ? 'e2e page: all held' : `e2e page: ${problems.length} did not hold`);
process.exit(problems.length === 0 ? 0 : 1);

function served() {
  return new Promise((resolve, reject) => {
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
}

function folders() {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-rehearsal-'));
}

function commandLines() {
  return readdirSync('/proc').flatMap((id) => {
    try {
      return /^\d+$/.test(id) ? [readFileSync(`/proc/${id}/cmdline`, 'utf8')] : [];
    } catch {
      return []; // it ended between the two looks
    }
  });
}
