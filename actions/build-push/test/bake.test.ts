import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bakeDefinition, literal } from '../src/docker/bake.ts';
import { blamedService, buildFailures, builderIsLost, callFailure } from '../src/docker/build-failure.ts';
import { watchBake } from '../src/docker/bake-progress.ts';
import type { BuildableImage } from '../src/docker/building.ts';
import type { BuildOptions } from '../src/plan.ts';

const web: BuildableImage = {
  service: 'web',
  repository: 'smartboard-web',
  build: {
    context: 'apps/web',
    dockerfile: 'docker/web.Dockerfile',
    target: 'production',
    args: new Map([['GREETING', 'hello ${USER} %{x}']]),
    secrets: ['npm'],
    platforms: ['linux/amd64'],
    written: new Set(),
  },
  labels: new Map([['org.opencontainers.image.revision', 'c0ffee']]),
  secrets: [{ id: 'npm', file: '/run/npmrc' }],
  cache: { from: ['type=gha'], to: [] },
  content: { kind: 'known', tag: 'content-0', bases: [] },
  found: undefined,
};

const stored = { digest: `sha256:${'1'.repeat(64)}`, manifest: '{}', mediaType: '' };

const options: BuildOptions = {
  provenance: undefined,
  sbom: undefined,
  compression: undefined,
  noCache: false,
  pull: false,
  rewriteTimestamps: true,
};
const wishes = { images: [web], address: 'registry.example', push: { kind: 'digest' }, inDaemon: false } as const;

test('a service becomes a target that is pushed by digest, with its text taken literally', () => {
  expect(bakeDefinition({ ...wishes, options })).toEqual({
    group: { default: { targets: ['web'] } },
    target: {
      web: {
        context: 'apps/web',
        dockerfile: '../../docker/web.Dockerfile',
        target: 'production',
        args: { GREETING: 'hello $${USER} %%{x}' },
        labels: { 'org.opencontainers.image.revision': 'c0ffee' },
        secret: ['id=npm,src=/run/npmrc'],
        platforms: ['linux/amd64'],
        output: [
          'type=image,name=registry.example/smartboard-web,push-by-digest=true,name-canonical=true,push=true,rewrite-timestamp=true',
        ],
        attest: ['type=provenance,disabled=true', 'type=sbom,disabled=true'],
        'cache-from': ['type=gha'],
      },
    },
  });
});

test.each<[string, Partial<BuildableImage>, string]>([
  ['new', {}, 'name=registry.example/smartboard-web:content-0'],
  [
    'there already',
    { found: { byTag: new Map(), sameContent: stored, before: undefined, hasCache: false } },
    'name=registry.example/smartboard-web,push-by-digest=true,name-canonical=true',
  ],
  [
    'not known',
    { content: { kind: 'unknown', why: 'a URL' } },
    'name=registry.example/smartboard-web,push-by-digest=true,name-canonical=true',
  ],
])('content that is %s decides by which name an image is pushed', (_what, changes, name) => {
  const images = [{ ...web, ...changes }];
  const { target } = bakeDefinition({ ...wishes, images, options, push: { kind: 'content' } });
  expect(target['web']?.output).toEqual([`type=image,${name},push=true,rewrite-timestamp=true`]);
});

test('attestations, compression and a build without cache are asked for as buildx wants them', () => {
  const asked: BuildOptions = {
    ...options,
    provenance: 'mode=max',
    sbom: 'true',
    compression: 'zstd',
    noCache: true,
    pull: true,
  };
  expect(bakeDefinition({ ...wishes, options: asked }).target['web']).toMatchObject({
    attest: ['type=provenance,mode=max', 'type=sbom'],
    output: [expect.stringContaining('compression=zstd,force-compression=true,oci-mediatypes=true')],
    'no-cache': true,
    pull: true,
  });
});

test.each([true, false])(
  'what is not to be pushed stays in the cache of the builder (in the daemon: %s)',
  (inDaemon) => {
    const { target } = bakeDefinition({ ...wishes, options, push: { kind: 'none' }, inDaemon });
    expect(target['web']?.output).toEqual(['type=cacheonly']);
    expect('cache-from' in target['web']!).toBe(!inDaemon);
  },
);

test('the docker driver is given a tag, no cache that it cannot write, and looks for the base images that were written down', () => {
  const byTag = { ...wishes, options, push: { kind: 'tag', tag: 'run-1001-1' }, inDaemon: true } as const;
  const target = bakeDefinition(byTag).target['web'];
  expect(target?.output).toEqual(['type=image,name=registry.example/smartboard-web:run-1001-1,push=true']);
  expect(target).not.toHaveProperty('cache-from');
  expect(target?.pull).toBe(true);
  const unknown = { ...web, content: { kind: 'unknown', why: 'a URL' } } as const;
  const other = bakeDefinition({ ...byTag, images: [unknown] }).target['web'];
  expect(other).not.toHaveProperty('pull');
});

test.each(['$HOME', '100 %', '`id`', '$(id)', '"; rm'])('%j means itself in a bake file', (text) => {
  expect(literal(text)).toBe(text);
});

test('whatever an argument holds, bake reads back the same text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('$', '{', '}', '%', '"', "'", '`', ';', '|', '&', '\\', 'a') }),
      (text) => {
        const written = literal(text);
        expect(/(?<!\$)(?:\$\$)*\$\{/.test(written) && !text.includes('$')).toBe(false);
        expect(written.replaceAll('$${', '${').replaceAll('%%{', '%{')).toBe(text);
      },
    ),
  );
});

describe('a build that fails', () => {
  test.each([
    ['ERROR: push-by-digest is currently not implemented for docker driver', 'Mend the build'],
    ["docker: 'buildx' is not a docker command.", 'buildx plugin'],
    ["unknown flag: --file\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help'", 'buildx plugin'],
    ['ERROR: failed to push x: 403 DENIED: not authorized', 'ecr:PutImage'],
    ['ERROR: write /layer: no space left on device', 'disk space'],
    ['ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 137', 'no memory left'],
    [
      'ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      'was killed',
    ],
  ])('%s is explained with what to do', (output, remedy) => {
    const error = callFailure({
      command: 'docker buildx bake',
      code: 1,
      tail: ['#1 something', ...output.split('\n'), ''],
    });
    expect(error.remedy).toContain(remedy);
  });

  const tail = [
    '#9 [worker 2/3] RUN false',
    '#9 0.512 no such script: build',
    '#9 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1',
    '------',
    ' > [worker 2/3] RUN false:',
    '0.512 no such script: build',
    '------',
    'ERROR: target worker: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
  ];

  test('names the service that docker blames, with its last lines', () => {
    expect(blamedService(tail, ['web', 'worker'])).toBe('worker');
    const call = { service: 'worker', command: 'docker buildx bake', code: 1, tail };
    expect(buildFailures([call], ['web']).message).toMatch(
      /web could.*[\s\S]*services\.worker: E_STATE[\s\S]*no such script: build/,
    );
  });

  test('without a target in its message names the one of the failing step', () => {
    expect(blamedService(tail.slice(0, -1), ['web', 'worker'])).toBe('worker');
    expect(blamedService(['ERROR: failed to connect'], ['web', 'worker'])).toBeUndefined();
  });

  test.each([
    [137, ['#4 DONE 0.1s']],
    [
      1,
      [
        'ERROR: target web: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      ],
    ],
    [1, ['ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?']],
  ])('by the loss of its builder (%i) blames no Dockerfile', (code, lines) => {
    expect(builderIsLost(code, lines)).toBe(true);
    expect(builderIsLost(1, tail)).toBe(false);
  });

  test('because docker was killed says so', () => {
    const error = callFailure({ command: 'docker buildx bake', code: 137, tail: ['#4 transferring context'] });
    expect(error.message).toContain('was killed (signal 9)');
  });
});

test('the progress of a build tells how long each target took, and which came out of the cache', () => {
  let now = 0;
  const progress = watchBake({ elapsed: () => now }, undefined);
  for (const [at, line] of [
    [1000, '#1 [web internal] load build definition from Dockerfile'],
    [1500, '#2 [worker 1/2] COPY a /a'],
    [1600, '#2 CACHED'],
    [2000, '#3 [web 2/3] RUN npm ci'],
    [4000, '#3 DONE 2.0s'],
    [4100, '#4 [worker] exporting to image'],
    [4200, '#4 DONE 0.1s'],
  ] as const) {
    now = at;
    progress.see(line);
  }
  expect(progress.of('web')).toEqual({ seconds: 3, fromCache: false });
  expect(progress.of('worker')).toEqual({ seconds: 2.7, fromCache: true });
  expect(progress.of('gateway')).toEqual({ seconds: 0, fromCache: false });
});

test('a build that is repeated is one build, though docker counts anew', () => {
  const progress = watchBake({ elapsed: () => 0 }, undefined);
  const calls = [
    ['#1 [web 1/1] COPY web/ /', '#1 DONE 0.1s', '#2 [worker 1/1] COPY worker/ /', '#2 CACHED'],
    ['#1 [worker 1/1] COPY worker/ /', '#1 CACHED', '#2 [web 1/1] COPY web/ /', '#2 CACHED'],
  ];
  for (const lines of calls) {
    progress.begin();
    lines.forEach((line) => progress.see(line));
  }
  expect(['web', 'worker'].map((name) => progress.of(name).fromCache)).toEqual([false, true]);
});

test('a step that was carried out for another target in the same build is not out of a cache', () => {
  const progress = watchBake({ elapsed: () => 0 }, undefined);
  for (const line of [
    '#1 [web 1/2] COPY base/ /',
    '#1 DONE 0.1s',
    '#2 [worker 1/2] COPY base/ /',
    '#2 CACHED',
    '#3 [gateway 1/1] COPY gateway/ /',
    '#3 CACHED',
  ])
    progress.see(line);
  expect(['web', 'worker', 'gateway'].map((name) => progress.of(name).fromCache)).toEqual([false, false, true]);
});

test('the steps of a target that is built alone are its own, without a name', () => {
  const progress = watchBake({ elapsed: () => 0 }, 'web');
  for (const line of ['#4 [1/2] COPY a /a', '#4 CACHED', '#5 [2/2] RUN true', '#5 CACHED']) progress.see(line);
  expect(progress.of('web').fromCache).toBe(true);
  expect(blamedService(['ERROR: failed to solve: exit code: 1'], ['web'])).toBe('web');
});
