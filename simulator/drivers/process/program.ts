import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** How a container's command runs on this machine. `unable` is what the container runtime would say. */
export type Program =
  | { readonly kind: 'runnable'; readonly file: string; readonly args: readonly string[] }
  | { readonly kind: 'unable'; readonly exitCode: 126 | 127; readonly message: string };

const nodeNames = new Set(['node', 'nodejs', '/usr/local/bin/node', '/usr/bin/node']);
/** The entry point of Docker's official Node image: it only prepares, then runs its arguments. */
const entryScripts = new Set(['docker-entrypoint.sh', '/usr/local/bin/docker-entrypoint.sh']);

/**
 * Finds what a command means. `node` is this machine's Node; scripts of the image run when Node or a shell interprets
 * them; nothing else of an image can run without a container. Absolute paths of the image become paths below `root`.
 */
export function findProgram(command: readonly string[], root: string, folder: string): Program {
  const [name, ...rest] = command;
  if (name === undefined) return unable(127, 'no command was given');
  if (entryScripts.has(name) && rest.length > 0) return findProgram(rest, root, folder);
  const args = rest.map((argument) => onThisMachine(argument, root));
  if (nodeNames.has(name)) return { kind: 'runnable', file: process.execPath, args };
  if (name === '/bin/sh' || name === 'sh') return { kind: 'runnable', file: '/bin/sh', args };
  const file = path.isAbsolute(name) ? path.join(root, name) : path.join(folder, name);
  const isFile = name.includes('/') && existsSync(file) && statSync(file).isFile();
  if (!isFile) return unable(127, `exec: "${name}": executable file not found in $PATH`);
  return scriptProgram(name, file, args);
}

function scriptProgram(name: string, file: string, args: readonly string[]): Program {
  const interpreter = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/.exec(readFileSync(file, 'latin1').slice(0, 200))?.[1] ?? '';
  const base = path.posix.basename(interpreter);
  if (base === 'node') return { kind: 'runnable', file: process.execPath, args: [file, ...args] };
  if (base === 'sh') return { kind: 'runnable', file: '/bin/sh', args: [file, ...args] };
  return unable(126, `exec: "${name}": the simulator runs Node programs only`);
}

function onThisMachine(argument: string, root: string): string {
  const file = path.join(root, argument);
  return path.isAbsolute(argument) && existsSync(file) ? file : argument;
}

function unable(exitCode: 126 | 127, message: string): Program {
  return { kind: 'unable', exitCode, message };
}
