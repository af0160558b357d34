import net from 'node:net';
import tls from 'node:tls';

/** Hosts below this name stand for what an environment declares that it does not have. */
const notSimulated = '.not-simulated.invalid';

/**
 * Met when REDIS_URL (`redis://` or `rediss://:TOKEN@host:6379`) answers PING. This is all the stand-in does with
 * Redis, where the real service has queues and pub/sub.
 */
export function redisReady(environment = process.env) {
  return async () => {
    if (!URL.canParse(environment.REDIS_URL ?? '')) throw new Error('REDIS_URL is not set');
    const url = new URL(environment.REDIS_URL);
    if (url.hostname.endsWith(notSimulated)) return { state: 'not simulated' };
    const password = decodeURIComponent(url.password);
    const commands = [...(password === '' ? [] : [['AUTH', password]]), ['PING']];
    const answer = await converse(url, commands);
    if (!answer.endsWith('+PONG\r\n')) throw new Error('Redis refused: is the token right?');
    return undefined;
  };
}

function converse(url, commands) {
  const port = Number(url.port || 6379);
  const options = { host: url.hostname, port, timeout: 2000 };
  return new Promise((resolve, reject) => {
    const socket =
      url.protocol === 'rediss:' ? tls.connect({ ...options, servername: url.hostname }) : net.connect(options);
    let answer = '';
    socket.setEncoding('utf8').on('data', (part) => {
      answer += part;
      if (answer.split('\r\n').length > commands.length) socket.end(() => resolve(answer));
    });
    socket.once('error', (error) => reject(new Error(`Redis does not answer (${error.code})`)));
    socket.once('timeout', () => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.once('close', () => resolve(answer));
    socket.write(commands.map(encode).join(''));
  });
}

/** https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function encode(words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
