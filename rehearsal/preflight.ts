import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { RehearsalArguments } from './arguments.ts';
import { Trouble } from './trouble.ts';

type Wishes = Pick<RehearsalArguments, 'port' | 'report' | 'log' | 'manifest'>;

/** Refuses, before anything is started, what would only fail when the work is done. Throws Trouble. */
export async function preflight({ port, report, log, manifest }: Wishes): Promise<void> {
  refuseSame('--report', report, '--log', log);
  refuseSame('--report', report, '--manifest', manifest);
  refuseSame('--log', log, '--manifest', manifest);
  if (report !== undefined) await refuseUnwritable(`--report ${report}`, report);
  if (log !== undefined) await refuseUnwritable(`--log ${log}`, log);
  if (port !== 0) await refusePortInUse(port);
}

function refuseSame(option: string, file: string | undefined, other: string, otherFile: string | undefined): void {
  if (file === undefined || otherFile === undefined || resolve(file) !== resolve(otherFile)) return;
  throw new Trouble(`${option} and ${other} name one file, ${resolve(file)}. Name two.`);
}

async function refuseUnwritable(option: string, file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Trouble(`${option} is a folder. Name a file.`);
  const folder = dirname(resolve(file));
  const parent = await stat(folder).catch(() => undefined);
  if (parent?.isDirectory() !== true) throw new Trouble(`${option}: there is no folder ${folder}. Make it first.`);
  try {
    await (found === undefined ? access(folder, constants.W_OK | constants.X_OK) : access(file, constants.W_OK));
  } catch (cause) {
    throw new Trouble(`${option} cannot be written by this user. Choose another place.`, { cause });
  }
}

function refusePortInUse(port: number): Promise<void> {
  return new Promise((free, refuse) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => refuse(new Trouble(whyNot(port, code))));
    server.listen(port, '127.0.0.1', () => server.close(() => free()));
  });
}

function whyNot(port: number, code: string | undefined): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another one, or leave --port out for a free one.`;
  if (code === 'EACCES') return `Port ${port} needs more rights than this user has. Choose one above 1023.`;
  return `Nothing can listen on port ${port} of 127.0.0.1 (${code ?? 'no reason given'}). Choose another one.`;
}
