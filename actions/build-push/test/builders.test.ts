import { afterEach, describe, expect, test } from '@jest/globals';
import type { Docker } from '../src/docker/docker.ts';
import { type Workshop, openWorkshop, twoServices } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

const commit = 'c'.repeat(40);

describe('the docker driver', () => {
  test('pushes under a tag of the run, and the commit gets its own last', async () => {
    workshop = await openWorkshop();
    const { error, outputs, warnings } = await workshop.run({}, { like: 'docker-driver' });
    expect(error).toBeUndefined();
    const { web } = JSON.parse(outputs['images']!) as { web: string };
    expect(await workshop.digestOf('web', 'run-1001-1')).toBe(web);
    expect(await workshop.digestOf('web', commit)).toBe(web);
    expect(warnings.join()).toContain('cannot push by digest');
  });

  test.each([
    ['provenance', 'true'],
    ['sbom', 'true'],
    ['compression', 'zstd'],
    ['platforms', 'linux/amd64,linux/arm64'],
  ])('is not asked for %s', async (input, value) => {
    workshop = await openWorkshop();
    const { error } = await workshop.run({ [input]: value }, { like: 'docker-driver' });
    expect(error).toMatchObject({ code: 'E_STATE', place: 'builder' });
    expect(workshop.stage.writes()).toEqual([]);
  });
});

describe('docker without buildx', () => {
  test('builds one image after the other, and a warning says so loudly', async () => {
    workshop = await openWorkshop();
    const { error, outputs, warnings } = await workshop.run({}, { like: 'plain-docker' });
    expect(error).toBeUndefined();
    expect(warnings.join()).toContain('ONE AFTER THE OTHER');
    expect(workshop.dockerCalls.map(({ words }) => words[0]).filter((word) => word !== 'buildx')).toEqual([
      'build',
      'push',
      'build',
      'push',
    ]);
    const { worker } = JSON.parse(outputs['images']!) as { worker: string };
    expect(await workshop.digestOf('worker', commit)).toBe(worker);
  });

  test('gets every argument as one word, whatever is in it', async () => {
    const value = '$(id) `id` "; rm -rf / #';
    workshop = await openWorkshop(
      twoServices.replace(
        'services/web/Dockerfile',
        `services/web/Dockerfile, args: { GREETING: ${JSON.stringify(value)} }`,
      ),
    );
    const { error } = await workshop.run({ services: 'web' }, { like: 'plain-docker' });
    expect(error).toBeUndefined();
    const { words } = workshop.dockerCalls.find((call) => call.words[0] === 'build')!;
    expect(words).toContain(`--build-arg=GREETING=${value}`);
    expect(words.slice(-2)).toEqual(['--', '.']);
  });

  test('names the service that fails and finishes the others', async () => {
    workshop = await openWorkshop();
    await workshop.write('services/web/Dockerfile', 'FROM node:24\nCOPY missing.js .\n');
    const { error } = await workshop.run({}, { like: 'plain-docker' });
    expect(error).toMatchObject({ code: 'E_STATE', place: 'services.web' });
    expect(error?.message).toContain('docker build ended with exit code 1');
    expect(await workshop.digestOf('worker', 'run-1001-1')).toBeDefined();
    expect(await workshop.digestOf('worker', commit)).toBeUndefined();
  });
});

test('no docker daemon is said as it is', async () => {
  workshop = await openWorkshop();
  const { error } = await workshop.run({}, { docker: failing('ERROR: Cannot connect to the Docker daemon.') });
  expect(error).toMatchObject({
    code: 'E_STATE',
    message: expect.stringContaining('Cannot connect to the Docker daemon'),
  });
});

test('a builder that buildx does not know is an input to correct', async () => {
  workshop = await openWorkshop();
  const { error } = await workshop.run(
    { builder: 'nightly' },
    { docker: failing('ERROR: no builder "nightly" found') },
  );
  expect(error).toMatchObject({ code: 'E_INPUT', place: 'builder' });
});

test('a builder that is killed is named, and no Dockerfile is blamed', async () => {
  workshop = await openWorkshop();
  const docker: Docker = async (words, options) => {
    if (words[1] === 'bake') {
      options.onLine(
        'ERROR: target web: failed to receive status: rpc error: code = Unavailable desc = EOF',
        'complaint',
      );
      return 1;
    }
    return workshop.standIn(words, options);
  };
  const { error } = await workshop.run({}, { docker });
  expect(error).toMatchObject({ code: 'E_STATE', remedy: expect.stringContaining('builder was killed') });
  expect(error?.message).not.toContain('services.web');
});

test('docker that is killed itself is told by its signal', async () => {
  workshop = await openWorkshop();
  const { error } = await workshop.run(
    {},
    { docker: async (words, options) => (words[1] === 'bake' ? 137 : workshop.standIn(words, options)) },
  );
  expect(error).toMatchObject({ code: 'E_STATE', message: expect.stringContaining('was killed (signal 9)') });
});

/** The stand-in, whose first pushes end so. */
const trouble = (lines: readonly string[]): Docker => {
  const left = [...lines];
  return async (words, options) => {
    const line = words[1] === 'bake' ? left.shift() : undefined;
    if (line === undefined) return workshop.standIn(words, options);
    options.onLine(`ERROR: target web: failed to solve: failed to push x/web: ${line}`, 'complaint');
    return 1;
  };
};

describe('a push that meets trouble which passes', () => {
  test.each([
    'unexpected status from PUT request to https://x/v2/web/blobs: 503 Service Unavailable',
    'toomanyrequests: Rate exceeded',
    'write tcp 10.0.0.1:443: connection reset by peer',
  ])('is made again: %s', async (line) => {
    workshop = await openWorkshop();
    const { error, seconds } = await workshop.run({}, { docker: trouble([line, line]) });
    expect(error).toBeUndefined();
    expect(seconds).toBeGreaterThan(5);
  });

  test('gets a new password when the old one has expired on the way', async () => {
    workshop = await openWorkshop();
    const docker = trouble(['denied: Your authorization token has expired. Reauthenticate and try again.']);
    const { error } = await workshop.run({}, { docker });
    expect(error).toBeUndefined();
    expect(workshop.stage.calls.filter(({ operation }) => operation === 'GetAuthorizationToken')).toHaveLength(2);
  });

  test('is given up in the end', async () => {
    workshop = await openWorkshop();
    const line = 'toomanyrequests: Rate exceeded';
    const { error } = await workshop.run({ services: 'web' }, { docker: trouble([line, line, line, line, line]) });
    expect(error).toMatchObject({ code: 'E_STATE', place: 'services.web' });
  });
});

function failing(line: string): Docker {
  return async (_words, { onLine }) => {
    onLine(line, 'complaint');
    return 1;
  };
}

test.each(['imagetools', 'inspect', 'bake'])(
  'a job that is cancelled during `buildx %s` starts nothing more',
  async (at) => {
    workshop = await openWorkshop();
    const cancel = new AbortController();
    const later: string[] = [];
    const docker: Docker = async (words, options) => {
      if (cancel.signal.aborted) later.push(words.join(' '));
      if (words[1] === at) cancel.abort(new Error('cancelled'));
      return workshop.standIn(words, options);
    };
    const { error, outputs } = await workshop.run({}, { docker, signal: cancel.signal });
    expect(error?.message).toBe('cancelled');
    expect({ later, outputs }).toEqual({ later: [], outputs: {} });
    expect(await workshop.digestOf('web', commit)).toBeUndefined();
  },
);
