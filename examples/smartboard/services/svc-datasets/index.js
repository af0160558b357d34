import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../packages/database/index.js';
import { answerJson, readJson, redisReady, startService } from '../../packages/service/index.js';
import { openStorage } from '../../packages/storage/index.js';
import { claimDataset, finishDataset } from './queue.js';

/* Stands for svc-datasets: browsers upload straight to the bucket, with a URL that this service signs. */
const database = openDatabase(import.meta.url);
const storage = openStorage();
let worker;

await startService({
  name: 'svc-datasets',
  home: import.meta.url,
  port: 4030,
  needs: { database: database.ready, storage: storage.ready, redis: redisReady() },
  routes: {
    'GET /datasets': async (_request, response) => {
      const sql = 'select id, name, bytes, lines, processed_at from datasets.datasets order by id desc limit 100';
      answerJson(response, 200, await database.query(sql));
    },
    'POST /datasets': async (request, response) => {
      const { name } = await readJson(request);
      const key = `uploads/${randomUUID()}`;
      const sql = 'insert into datasets.datasets (name, object_key) values ($1, $2) returning id, name';
      const [dataset] = await database.query(sql, [String(name).slice(0, 200), key]);
      answerJson(response, 201, { ...dataset, uploadUrl: await storage.uploadUrl(key) });
    },
    'GET /worker': async (_request, response) => answerJson(response, 200, worker ?? {}),
    // The worker has no port that others may reach, so it comes for work and says how it is.
    'POST /internal/claims': async (request, response) => {
      worker = { ...(await readJson(request)), seenAt: Date.now() };
      answerJson(response, 200, { dataset: await claimDataset(database) });
    },
    'POST /internal/results': async (request, response) => {
      await finishDataset(database, await readJson(request));
      answerJson(response, 200, {});
    },
  },
  stop: database.close,
});
