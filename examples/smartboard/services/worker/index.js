import { setTimeout as sleep } from 'node:timers/promises';
import { redisReady, startService, urls } from '../../packages/service/index.js';
import { log } from '../../packages/service/log.js';
import { openStorage } from '../../packages/storage/index.js';

/* Stands for worker: takes uploads one by one, reads them from the bucket and writes down what is in them. Nobody calls
 * it; its port is for its own health check. */
const pauseMs = 2000;
const storage = openStorage();

const { report } = await startService({
  name: 'worker',
  home: import.meta.url,
  port: 4070,
  needs: { configuration: urls('DATASETS_BASE_URL'), storage: storage.ready, redis: redisReady() },
});

for (;;) {
  // Trouble is for later: svc-datasets may be starting, and work waits.
  await workOnce().catch((error) => log('warn', error.message));
  await sleep(pauseMs);
}

async function workOnce() {
  const { dataset } = await post('/internal/claims', await report());
  const content = dataset && (await storage.read(dataset.key));
  if (content === undefined) return;
  const result = { id: dataset.id, bytes: content.length, lines: content.toString('utf8').split('\n').length };
  await post('/internal/results', result);
  log('info', `dataset ${result.id} has ${result.lines} lines`);
}

async function post(path, body) {
  const url = new URL(path, process.env.DATASETS_BASE_URL);
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${url.host} answered ${answer.status}`);
  return answer.json();
}
