import { openDatabase } from '../../packages/database/index.js';
import { answerJson, longSecrets, redisReady, startService, variables } from '../../packages/service/index.js';

/* Stands for svc-auth: sends people to Microsoft to sign in and keeps their accounts. It stops at Microsoft's door. */
const database = openDatabase(import.meta.url);

await startService({
  name: 'svc-auth',
  home: import.meta.url,
  port: 4010,
  needs: {
    configuration: variables('MICROSOFT_TENANT_ID', 'MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'),
    secrets: longSecrets('JWT_SECRET', 'SESSION_SECRET'),
    database: database.ready,
    redis: redisReady(),
  },
  routes: {
    'GET /login': signIn,
    'GET /accounts': async (_request, response) => {
      const [{ count }] = await database.query('select count(*)::int as count from auth.accounts');
      answerJson(response, 200, { accounts: count });
    },
  },
  stop: database.close,
});

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
async function signIn(_request, response) {
  const { MICROSOFT_TENANT_ID: tenant, MICROSOFT_CLIENT_ID: client } = process.env;
  const url = new URL(`https://login.microsoftonline.com/${encodeURIComponent(tenant)}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({ client_id: client, response_type: 'code', scope: 'openid profile email' });
  response.writeHead(302, { location: url.href }).end();
}
