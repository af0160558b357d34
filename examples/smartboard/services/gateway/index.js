import { answerJson, longSecrets, pass, startService, urls } from '../../packages/service/index.js';
import { serviceStatus, workerStatus } from './status.js';

/* Stands for gateway: the only way in to the private services, `/api/<service>/…`. The real one checks who is asking. */
const upstreams = {
  auth: 'AUTH_BASE_URL',
  tenants: 'TENANTS_BASE_URL',
  datasets: 'DATASETS_BASE_URL',
  analytics: 'ANALYTICS_BASE_URL',
  dashboards: 'DASHBOARDS_BASE_URL',
  realtime: 'REALTIME_BASE_URL',
};

const { report } = await startService({
  name: 'gateway',
  home: import.meta.url,
  port: 4000,
  needs: {
    configuration: urls(...Object.values(upstreams)),
    secrets: longSecrets('JWT_SECRET', 'SESSION_SECRET'),
  },
  routes: {
    'GET /api/status': async (_request, response) => {
      const services = Object.values(upstreams).map((name) => serviceStatus(process.env[name]));
      const worker = workerStatus(process.env.DATASETS_BASE_URL);
      answerJson(response, 200, { services: await Promise.all([report(), ...services, worker]) });
    },
    '* /api/*': passOn,
  },
});

/** What lies behind `/internal` is for services among themselves. */
function passOn(request, response, rest) {
  const [name, ...path] = rest.split('/');
  const variable = Object.hasOwn(upstreams, name) ? upstreams[name] : undefined;
  if (variable === undefined || path[0] === 'internal') return answerJson(response, 404, { error: 'nothing is there' });
  return pass(
    request,
    response,
    new URL(`/${path.join('/')}${new URL(request.url, 'http://gateway').search}`, process.env[variable]),
  );
}
