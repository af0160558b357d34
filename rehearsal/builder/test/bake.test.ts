import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { extract } from 'tar-stream';
import type { Send } from '../registry.ts';
import { runStandIn } from '../stand-in.ts';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'slipway-builder-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(path: string, content: string) {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}

function answer(status: number, location?: string) {
  return { status, headers: { get: () => location ?? null }, text: async () => '' };
}

/** A registry that keeps what it is given. */
function registry() {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const send: Send = async (url, { method, headers, body }) => {
    const { pathname, searchParams } = new URL(url);
    if (headers['authorization'] !== 'Basic QVdTOnB3') return answer(401);
    if (method === 'HEAD') return answer(blobs.has(pathname.split('/').at(-1)!) ? 200 : 404);
    if (method === 'POST') return answer(202, '/v2/smartboard-web/blobs/uploads/1?state=x');
    const digest = searchParams.get('digest') ?? pathname.split('/').at(-1)!;
    (pathname.includes('/manifests/') ? manifests : blobs).set(digest, Buffer.from(body!));
    return answer(201);
  };
  return { blobs, manifests, send };
}

async function bake(platforms = ['linux/amd64']) {
  const { blobs, manifests, send } = registry();
  await write('docker/config.json', JSON.stringify({ auths: { '127.0.0.1:5000': { auth: 'QVdTOnB3' } } }));
  const output = ['type=image,name=127.0.0.1:5000/smartboard-web,push-by-digest=true,name-canonical=true,push=true'];
  const target = { web: { context: 'app', dockerfile: 'Dockerfile', args: { GREETING: '$${x}' }, platforms, output } };
  await write('bake.json', JSON.stringify({ group: { default: { targets: ['web'] } }, target }));
  const lines: string[] = [];
  const code = await runStandIn(
    ['buildx', 'bake', '--file', 'bake.json', '--metadata-file', 'metadata.json', '--progress', 'plain'],
    {
      environment: { DOCKER_CONFIG: join(directory, 'docker') },
      directory,
      print: (line) => lines.push(line),
      complain: (line) => lines.push(line),
      send,
    },
  );
  const metadata = code === 0 ? await readFile(join(directory, 'metadata.json'), 'utf8') : '{}';
  const digest = (JSON.parse(metadata) as { web?: Record<string, string> }).web?.['containerimage.digest'];
  const json = (name: string) => JSON.parse(String(manifests.get(name) ?? blobs.get(name))) as Record<string, any>;
  return { code, lines, digest: digest!, blobs, manifests, json };
}

async function entriesOf(layer: Buffer): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  const unpack = extract();
  unpack.end(gunzipSync(layer));
  for await (const entry of unpack) {
    const { name, mode, type, linkname } = entry.header;
    entries[name] = type === 'symlink' ? `→ ${linkname}` : (mode ?? 0).toString(8);
    entry.resume();
  }
  return entries;
}

test('a context becomes an image whose parts the registry can check', async () => {
  await write(
    'app/Dockerfile',
    'FROM node:24\nARG GREETING\nENV GREETING=$GREETING\nWORKDIR /app\nCOPY . .\nCMD ["node", "index.js"]\n',
  );
  await write('app/.dockerignore', 'Dockerfile\n.dockerignore\n');
  await write('app/index.js', '');
  await write('app/bin/run', '');
  await chmod(join(directory, 'app/bin/run'), 0o755);
  await symlink('index.js', join(directory, 'app/main.js'));
  const { code, digest, blobs, manifests, json } = await bake();
  expect(code).toBe(0);
  for (const [name, bytes] of [...blobs, ...manifests]) {
    expect(name).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  }
  const manifest = json(digest);
  const config = json(manifest['config'].digest);
  expect(config['config']).toMatchObject({
    Cmd: ['node', 'index.js'],
    WorkingDir: '/app',
    Env: expect.arrayContaining(['GREETING=${x}']),
  });
  expect(config['config'].Labels).toEqual({ 'org.opencontainers.image.base.name': 'docker.io/library/node:24' });
  expect(config['history'].filter((entry: any) => entry.empty_layer !== true)).toHaveLength(manifest['layers'].length);
  expect(await entriesOf(blobs.get(manifest['layers'].at(-1).digest)!)).toEqual({
    'app/': '755',
    'app/bin/': '755',
    'app/bin/run': '755',
    'app/index.js': '644',
    'app/main.js': '→ index.js',
  });
});

test('the same context is the same image, whenever it is built', async () => {
  await write('app/Dockerfile', 'FROM node:24\nCOPY index.js /app/\n');
  await write('app/index.js', '');
  const first = await bake();
  await write('app/index.js', '');
  expect((await bake()).digest).toBe(first.digest);
});

test('several platforms become an index', async () => {
  await write('app/Dockerfile', 'FROM node:24\nCOPY index.js /app/\n');
  await write('app/index.js', '');
  const { digest, json } = await bake(['linux/amd64', 'linux/arm64']);
  expect(json(digest)['manifests'].map((child: any) => child.platform.architecture)).toEqual(['amd64', 'arm64']);
});

test('what cannot be built pushes nothing and says where', async () => {
  await write('app/Dockerfile', 'FROM node:24\nCOPY index.js /app/\nRUN npm ci\n');
  const { code, lines, manifests } = await bake();
  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(/^ERROR: Dockerfile:3: the stand-in for docker cannot do RUN/);
  expect(manifests.size).toBe(0);
});
