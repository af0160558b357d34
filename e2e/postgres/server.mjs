// A PostgreSQL server of its own, which lets nobody in without encryption and a password.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Answers with its port, the certificate that clients may trust, and a way to end it. */
export async function startServer(bin, directory, { user, password, database }) {
  const own = ownerOf();
  const data = join(directory, 'data');
  const passwordFile = join(directory, 'password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [directory, data, passwordFile]) own.take(path);
  chmodSync(directory, 0o755);
  const as = { ...own.identity, cwd: data, stdio: 'pipe', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
  const options = ['--auth=scram-sha-256', `--username=${user}`, `--pwfile=${passwordFile}`, '--no-sync'];
  execFileSync(join(bin, 'initdb'), ['--pgdata', data, '--encoding=UTF8', ...options], as);
  const certificate = makeCertificate(data, as);
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  const port = await freePort();
  const settings = { port, ssl: 'on', fsync: 'off', listen_addresses: "'127.0.0.1'", unix_socket_directories: "''" };
  appendFileSync(
    join(data, 'postgresql.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  const child = spawn(join(bin, 'postgres'), ['-D', data], { ...as, stdio: ['ignore', 'ignore', 'pipe'] });
  await isReady(child);
  return {
    port,
    certificate,
    database,
    async end() {
      if (child.exitCode !== null) return;
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

/** A server refuses to run as root. */
function ownerOf() {
  if (process.getuid() !== 0) return { identity: {}, take() {} };
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' })));
  return { identity: { uid, gid }, take: (path) => chownSync(path, uid, gid) };
}

function makeCertificate(data, as) {
  const certificate = join(data, 'server.crt');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(data, 'server.key'), '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files], as);
  chmodSync(join(data, 'server.key'), 0o600);
  return certificate;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function isReady(child) {
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes('ready to accept connections')) break;
  }
  if (!said.includes('ready to accept connections')) throw new Error(`PostgreSQL does not start:\n${said}`);
  child.stderr.resume();
}
