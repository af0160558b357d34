import { readFileSync } from 'node:fs';
import { pass, startService } from '../../packages/service/index.js';

/* Stands for the Next.js web: one page, and it shows whether everything behind it works. */
const page = readFileSync(new URL('./page.html', import.meta.url));
const { GATEWAY_URL: gateway } = process.env;

await startService({
  name: 'web',
  home: import.meta.url,
  port: 3000,
  routes: {
    'GET /': async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
    },
    // In AWS the load balancer sends these to the gateway; a laptop has none.
    ...(gateway && { '* /api/*': (request, response) => pass(request, response, new URL(request.url, gateway)) }),
  },
});
