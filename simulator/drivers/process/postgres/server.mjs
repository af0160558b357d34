/*
 * The process behind one database: PostgreSQL in WebAssembly (PGlite), in memory, spoken to over the PostgreSQL
 * protocol. Started by ../database.ts over IPC and ended with it. Plain JavaScript, because it runs as it stands.
 *
 * PGlite is one session. So clients take turns: whoever starts a statement or a transaction has the session until it
 * is idle again. Named prepared statements, SET and session locks are shared by all. What PGlite does not ask for is
 * asked for here: user, password and database must be the right ones. There is no TLS (`sslmode=disable`). A further
 * message changes the password, for whoever signs in from then on.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { errorResponse, passwordRequest, readMessages } from './messages.mjs';

process.on('disconnect', () => process.exit(0));
// Ctrl-C on a terminal reaches the whole group; the simulator decides when the database ends.
process.on('SIGINT', () => {});
process.once('message', serve);

/** @param {{ host: string, port: number, user: string, password: string, database: string }} options */
function serve(options) {
  // Listens at once; who connects in the first seconds waits until the engine has started.
  const engine = PGlite.create();
  engine.then(
    () => process.send({ kind: 'ready' }),
    (error) => fail(`it did not start: ${error.message}`),
  );
  const session = createSession(engine);
  const server = createServer((socket) => serveClient(socket, session, options));
  server.on('error', (error) => fail(error.message));
  process.on('message', (change) => {
    options.password = change.password;
    process.send({ kind: 'changed' });
  });
  server.listen(options.port, options.host, () => process.send({ kind: 'listening', port: server.address().port }));
}

function fail(message) {
  console.error(`simulated database: ${message}`);
  process.send({ kind: 'failed', message }, () => process.exit(1));
}

/** The one session, and whose turn it is. */
function createSession(engine) {
  let turn = Promise.resolve();
  let isIdle = true;
  return {
    isIdle: () => isIdle,
    /** Resolves with the function that ends the turn, when all earlier turns have ended. */
    async take() {
      const earlier = turn;
      let end;
      turn = new Promise((resolve) => (end = resolve));
      await earlier;
      return end;
    },
    async run(message) {
      const answer = Buffer.from(await (await engine).execProtocolRaw(message));
      // Every exchange ends with ReadyForQuery: 'Z', length 5, and I (idle), T (in a transaction) or E (in a failed one).
      const isReady =
        answer.length >= 6 && answer[answer.length - 6] === 0x5a && answer.readInt32BE(answer.length - 5) === 5;
      isIdle = isReady && answer[answer.length - 1] === 0x49;
      return answer;
    },
    /** Leaves nothing behind of a client that went away in the middle. */
    async reset() {
      const database = await engine;
      if (!isIdle) await database.execProtocolRaw(syncMessage);
      await database.exec('rollback').catch(() => {});
      isIdle = true;
    },
  };
}

const syncMessage = Buffer.from([0x53, 0, 0, 0, 4]);
const terminate = 0x58;

async function serveClient(socket, session, options) {
  socket.setNoDelay(true).on('error', () => socket.destroy());
  let endTurn;
  try {
    const messages = readMessages(socket);
    if (!(await signIn(messages, socket, session, options))) return void socket.end();
    for await (const message of messages) {
      if (message[0] === terminate) break;
      endTurn ??= await session.take();
      socket.write(await session.run(message));
      if (!session.isIdle()) continue;
      endTurn();
      endTurn = undefined;
    }
  } catch {
    // The client went away, or spoke something else.
  } finally {
    if (endTurn !== undefined) await session.reset();
    endTurn?.();
    socket.destroySoon();
  }
}

/** https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP */
async function signIn(messages, socket, session, options) {
  const { value: startup } = await messages.next();
  if (startup === undefined) return false;
  const parameters = startup.subarray(8).toString('utf8').split('\0');
  const given = (name) => parameters[parameters.indexOf(name) + 1];
  socket.write(passwordRequest);
  const { value: answer } = await messages.next();
  const password = answer?.subarray(5, -1) ?? Buffer.alloc(0);
  if (given('user') !== options.user || !isSame(password, Buffer.from(options.password))) {
    socket.write(errorResponse('28P01', `password authentication failed for user "${given('user')}"`));
    return false;
  }
  if (given('database') !== options.database) {
    socket.write(errorResponse('3D000', `database "${given('database')}" does not exist`));
    return false;
  }
  const endTurn = await session.take();
  const greeting = await session.run(startup);
  endTurn();
  socket.write(greeting);
  return true;
}

const isSame = (one, other) => one.length === other.length && timingSafeEqual(one, other);
