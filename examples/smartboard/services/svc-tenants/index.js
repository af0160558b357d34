import { openDatabase } from '../../packages/database/index.js';
import { answerJson, readJson, startService } from '../../packages/service/index.js';

/* Stands for svc-tenants: the organisations that use Smartboard. */
const database = openDatabase(import.meta.url);

await startService({
  name: 'svc-tenants',
  home: import.meta.url,
  port: 4020,
  needs: { database: database.ready },
  routes: {
    'GET /tenants': async (_request, response) => {
      answerJson(response, 200, await database.query('select id, name from tenants.tenants order by name limit 100'));
    },
    'POST /tenants': async (request, response) => {
      const { name } = await readJson(request);
      const sql =
        'insert into tenants.tenants (name) values ($1) on conflict (name) do update set name = $1 returning id, name';
      const [tenant] = await database.query(sql, [String(name).slice(0, 200)]);
      answerJson(response, 201, tenant);
    },
  },
  stop: database.close,
});
