import { openDatabase } from '../../packages/database/index.js';
import { answerJson, readJson, startService } from '../../packages/service/index.js';

/* Stands for svc-dashboards: what people have put on their boards. */
const database = openDatabase(import.meta.url);

await startService({
  name: 'svc-dashboards',
  home: import.meta.url,
  port: 4050,
  needs: { database: database.ready },
  routes: {
    'GET /dashboards': async (_request, response) => {
      answerJson(
        response,
        200,
        await database.query('select id, title, widgets from dashboards.dashboards order by id limit 100'),
      );
    },
    'POST /dashboards': async (request, response) => {
      const { title, widgets = [] } = await readJson(request);
      const sql = 'insert into dashboards.dashboards (title, widgets) values ($1, $2) returning id, title, widgets';
      const [dashboard] = await database.query(sql, [String(title).slice(0, 200), JSON.stringify(widgets)]);
      answerJson(response, 201, dashboard);
    },
  },
  stop: database.close,
});
