import { redisReady, startService } from '../../packages/service/index.js';

/* Stands for svc-realtime: server-sent events for open boards. The real one passes on what Redis publishes; this one
 * tells the time, which is enough to see that a stream comes through gateway and load balancer unbuffered. */
const intervalMs = 1000;
const listeners = new Set();

const { version } = await startService({
  name: 'svc-realtime',
  home: import.meta.url,
  port: 4060,
  needs: { redis: redisReady() },
  routes: { 'GET /events': stream },
  stop: async () => {
    for (const response of listeners) response.end();
  },
});

async function stream(_request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = () => response.write(`event: tick\ndata: ${JSON.stringify({ time: Date.now(), version })}\n\n`);
  tell();
  const timer = setInterval(tell, intervalMs);
  listeners.add(response);
  response.on('close', () => {
    clearInterval(timer);
    listeners.delete(response);
  });
}
