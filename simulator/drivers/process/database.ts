import { fork } from 'node:child_process';
import type { Endpoint } from './network.ts';
import { sourceFile } from './source.ts';

/**
 * A real PostgreSQL (18, PGlite) in a process of its own, in memory. It listens at once and answers after about three
 * seconds; it takes 0.7–0.9 GB. All its clients share one session, in turns: see postgres/server.mjs. User, password and database name are checked.
 */
export type Database = { readonly endpoint: Endpoint; close(): Promise<void> };

export type DatabaseOptions = {
  /** Where to listen; port 0 lets the system choose. */
  readonly endpoint: Endpoint;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Called when it ends without being asked to. */
  readonly onCrash?: (exitCode: number) => void;
};

type Word = { readonly port?: number; readonly failed?: string };

/** Resolves when it listens. Rejects when it cannot. */
export async function startDatabase({ endpoint, onCrash, ...access }: DatabaseOptions): Promise<Database> {
  // Over IPC, not by argument or environment: a password there is for everybody to see.
  const child = fork(sourceFile('postgres/server.mjs'), {
    env: {},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<number>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0))),
  );
  const word = new Promise<Word>((resolve) => child.once('message', (message) => resolve(message as Word)));
  child.send({ ...endpoint, ...access });
  const early = exited.then((code): Word => ({ failed: `it ended with ${code}` }));
  const { port, failed } = await Promise.race([word, early]);
  if (port === undefined) {
    child.kill('SIGKILL');
    throw new Error(`The simulated database did not start: ${failed}.`);
  }
  let isClosing = false;
  void exited.then((code) => {
    if (!isClosing) onCrash?.(code);
  });
  return {
    endpoint: { host: endpoint.host, port },
    async close() {
      isClosing = true;
      child.kill('SIGKILL');
      await exited;
    },
  };
}
