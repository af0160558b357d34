// Headless Chromium by its own protocol: open a page, ask it things, take a picture.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'undici';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  '--window-size=1280,1000',
];

/** `evaluate` answers what an expression is in the page; `until` repeats one until it is true. */
export async function openPage(program, address) {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const debuggerUrl = new URL(await firstMatch(child.stderr, /DevTools listening on (\S+)/));
  const tabs = await (await fetch(`http://${debuggerUrl.host}/json`)).json();
  const tab = tabs.find(({ type }) => type === 'page');
  const send = await connect(tab.webSocketDebuggerUrl);
  await send('Page.navigate', { url: address });
  const evaluate = async (expression) =>
    (await send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
  return {
    evaluate,
    async until(expression, seconds) {
      const end = Date.now() + seconds * 1000;
      while (Date.now() < end) {
        if ((await evaluate(expression)) === true) return true;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return false;
    },
    picture: async () => Buffer.from((await send('Page.captureScreenshot', {})).data, 'base64'),
    async close() {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

async function connect(url) {
  const socket = new WebSocket(url);
  const waiting = new Map();
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const answer = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = waiting.size + Math.floor(Math.random() * 1e9);
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
}

function firstMatch(stream, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      const found = pattern.exec(text);
      if (found !== null) resolve(found[1]);
    });
    stream.on('end', () => reject(new Error(`Chromium did not start: ${text.slice(-500)}`)));
  });
}
