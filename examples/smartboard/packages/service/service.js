import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { answerJson } from './http.js';
import { log } from './log.js';
import { checkNeeds } from './readiness.js';

/**
 * Starts one of Smartboard's services: its routes, `GET /health/ready`, and a clean end on SIGTERM.
 *
 * @param {object} service
 * @param {string} service.name As in docker-compose.yml.
 * @param {string} service.home The service's `import.meta.url`; `version.txt` lies beside it.
 * @param {number} service.port Where it listens when PORT is not set.
 * @param {Record<string, () => Promise<object | void>>} [service.needs] What it cannot work without: see readiness.js.
 * @param {Record<string, Function>} [service.routes] `'GET /path'` or `'GET /path/*'` → `(request, response, rest)`.
 * @param {() => Promise<void>} [service.stop] Ends what the service itself holds open.
 */
export async function startService({ name, home, port, needs = {}, routes = {}, stop = async () => {} }) {
  refuseBypass(name);
  const version = readFileSync(new URL('./version.txt', home), 'utf8').trim();
  const report = async () => ({ service: name, version, ...(await checkNeeds(needs)) });
  const ready = async (_request, response) => {
    const state = await report();
    answerJson(response, state.ready ? 200 : 503, state);
  };
  const table = Object.entries({ 'GET /health/ready': ready, ...routes });
  const server = createServer((request, response) => answer(table, request, response, name));
  server.listen(Number(process.env.PORT ?? port), () => {
    log('info', `${name} ${version} listens on ${server.address().port}`);
  });
  process.once('SIGTERM', () => end(server, stop, name));
  process.once('SIGINT', () => end(server, stop, name));
  return { version, report };
}

/** Whoever sets this in production would let everybody in; no service starts with it. */
function refuseBypass(name) {
  if (process.env.DEV_BYPASS_AUTH === undefined || process.env.NODE_ENV !== 'production') return;
  log('error', `${name} refuses to start: DEV_BYPASS_AUTH must not be set in production`);
  process.exit(78);
}

async function answer(table, request, response, name) {
  try {
    const { pathname } = new URL(request.url, 'http://service');
    for (const [pattern, handle] of table) {
      const [method, path] = pattern.split(' ');
      const rest = method === request.method || method === '*' ? match(path, pathname) : undefined;
      if (rest !== undefined) return await handle(request, response, rest);
    }
    answerJson(response, 404, { error: `${name} has no ${request.method} ${pathname}` });
  } catch (error) {
    log('error', `${request.method} ${request.url}: ${error.message}`);
    if (response.headersSent) response.destroy();
    else answerJson(response, error.status ?? 500, { error: error.status ? error.message : 'internal error' });
  }
}

/** What follows the `*`, '' for an exact match, undefined when the path is another. */
function match(path, pathname) {
  if (!path.endsWith('*')) return path === pathname ? '' : undefined;
  const prefix = path.slice(0, -1);
  return pathname.startsWith(prefix) ? pathname.slice(prefix.length) : undefined;
}

/** ECS sends SIGTERM and waits; open streams must not make it wait longer than a request takes. */
async function end(server, stop, name) {
  log('info', `${name} ends`);
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 500).unref();
  await stop();
  process.exit(0);
}
