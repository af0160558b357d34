import { fork } from 'node:child_process';
import { z } from 'zod';
import type { Endpoint } from './network.ts';
import { sourceFile } from './source.ts';

/**
 * A real PostgreSQL (18, PGlite) in a process of its own, in memory. It listens at once and answers after about three
 * seconds; it takes 0.7–0.9 GB. User, password and database name are checked. All its clients share one session, in
 * turns: see postgres/server.mjs.
 */
export type Database = {
  readonly endpoint: Endpoint;
  /** Resolves when it answers. Who connects earlier waits. */
  readonly ready: Promise<unknown>;
  /** Whoever signs in from now on needs this password. */
  changePassword(password: string): Promise<void>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** Where to listen; port 0 lets the system choose. */
  readonly endpoint: Endpoint;
  readonly user: string;
  readonly password: string;
  readonly database: string;
};

/** What the process says of itself, once each. */
const wordShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listening'), port: z.number() }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('changed') }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
type Word = z.output<typeof wordShape>;

/** Resolves when it listens. Rejects when it cannot. */
export async function startDatabase({ endpoint, ...access }: DatabaseOptions): Promise<Database> {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  const child = fork(sourceFile('postgres/server.mjs'), { env: {}, execArgv: [], stdio: [...stdio] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = <Kind extends Word['kind']>(kind: Kind) =>
    new Promise<Extract<Word, { kind: Kind }>>((resolve, reject) => {
      child.on('message', (message) => {
        const word = wordShape.parse(message);
        if (isOfKind(word, kind)) resolve(word);
        else if (word.kind === 'failed') reject(new Error(`The simulated database failed: ${word.message}`));
      });
      void exited.then(() => reject(new Error('The simulated database ended.')));
    });
  const listening = said('listening');
  const ready = said('ready');
  // Whoever does not wait for it is told by the connection.
  ready.catch(() => {});
  // Over IPC, not by argument or environment: a password there is for everybody to see.
  child.send({ ...endpoint, ...access });
  const { port } = await listening;
  let closing = false;
  child.once('exit', (code, signal) => {
    if (!closing) process.stderr.write(`The simulated database ended (${signal ?? `exit code ${code}`}).\n`);
  });
  return {
    endpoint: { host: endpoint.host, port },
    ready,
    async changePassword(changed) {
      const done = said('changed');
      child.send({ password: changed });
      await done;
    },
    async close() {
      closing = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function isOfKind<Kind extends Word['kind']>(word: Word, kind: Kind): word is Extract<Word, { kind: Kind }> {
  return word.kind === kind;
}
