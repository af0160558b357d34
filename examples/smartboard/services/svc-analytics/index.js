import { openDatabase } from '../../packages/database/index.js';
import { answerJson, readJson, redisReady, startService } from '../../packages/service/index.js';

/* Stands for svc-analytics: counts how often a dashboard was opened. */
const database = openDatabase(import.meta.url);

await startService({
  name: 'svc-analytics',
  home: import.meta.url,
  port: 4040,
  needs: { database: database.ready, redis: redisReady() },
  routes: {
    'GET /views': async (_request, response) => {
      answerJson(
        response,
        200,
        await database.query('select dashboard, count from analytics.views order by count desc limit 100'),
      );
    },
    'POST /views': async (request, response) => {
      const { dashboard } = await readJson(request);
      const sql = `insert into analytics.views as known (dashboard, count) values ($1, 1)
                   on conflict (dashboard) do update set count = known.count + 1, seen_at = now() returning dashboard, count`;
      const [view] = await database.query(sql, [String(dashboard).slice(0, 200)]);
      answerJson(response, 201, view);
    },
  },
  stop: database.close,
});
