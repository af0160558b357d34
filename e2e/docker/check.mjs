// What only a real docker can show: see e2e/docker/run. Every line is one promise of build-push.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dockerConfig, endDaemons, startBuildkitd, startDockerd } from './daemons.mjs';
import { openShop, services } from './shop.mjs';

const [bin] = process.argv.slice(2);
const shop = await openShop();
const { directory, workspace, build, commit, docker, manifest, tagged, writeDockerfile, writeManifest } = shop;
const problems = [];
const expect = (holds, what) => {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
};
/** The last lines of a step that did not do what it should. */
const why = (run) => (run.status === 0 ? '' : `\n        ${run.log.trim().split('\n').slice(-8).join('\n        ')}`);
const how = (run, way) => run.builds.filter((image) => image.how === way).map(({ service }) => service);
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

try {
  const host = await startDockerd(directory);
  if (host === undefined) console.log('!!!! SKIPPED: build-push with a real Docker (the daemon does not start here)');
  else await checkAll(host);
} finally {
  await endDaemons();
  await shop.close();
}
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkAll(host) {
  await checkPlainDocker({
    DOCKER_HOST: host,
    DOCKER_CONFIG: dockerConfig(join(directory, 'without-buildx'), undefined),
  });
  if (!existsSync(join(bin, 'buildx'))) return;
  const driver = {
    DOCKER_HOST: host,
    DOCKER_CONFIG: dockerConfig(join(directory, 'with-buildx'), join(bin, 'buildx')),
  };
  await checkDockerDriver(driver);
  if (!existsSync(join(bin, 'buildkitd'))) return;
  const buildkit = await startBuildkitd(join(bin, 'buildkitd'), join(directory, 'buildkit'), shop.registry);
  if (buildkit === undefined) {
    console.log('!!!! SKIPPED: build-push with BuildKit (buildkitd does not start here)');
    return;
  }
  docker(['buildx', 'create', '--name', 'remote', '--driver', 'remote', buildkit.address], driver);
  await checkBuildKit({ ...driver, BUILDX_BUILDER: 'remote' }, buildkit);
}

/** No buildx at all: one image after the other, under a tag of the run. */
async function checkPlainDocker(environment) {
  const run = await build(environment, 'a', { services: 'one,two' });
  expect(run.status === 0, `docker without buildx builds and pushes two images (${run.seconds} s)${why(run)}`);
  expect(run.log.includes('ONE AFTER THE OTHER'), 'and says loudly that it does so one after the other');
  expect((await tagged('one', commit('a'))) === run.images.one, "the commit's tag is on the digest that is handed on");
  expect((await tagged('one', 'run-1001-1')) === run.images.one, "and the run's tag stays beside it");
}

async function checkDockerDriver(environment) {
  const run = await build(environment, 'b', { services: 'one,two,three', 'skip-unchanged': 'false' });
  expect(run.status === 0, `the docker driver builds and pushes three images (${run.seconds} s)${why(run)}`);
  expect((await tagged('three', commit('b'))) === run.images.three, 'and each has the tag of the commit');
  const asked = await build(environment, 'b2', { services: 'one', provenance: 'true', 'skip-unchanged': 'false' });
  expect(asked.status === 1 && asked.log.includes('cannot do provenance'), 'provenance is refused, not left out');
}

async function checkBuildKit(environment, buildkit) {
  const cold = await build(environment, 'c', { 'skip-unchanged': 'false', 'cache-to': 'none', 'cache-from': 'none' });
  expect(
    cold.status === 0,
    `BuildKit builds and pushes nine images by digest (${cold.seconds} s, ${cold.calls} API calls)${why(cold)}`,
  );
  expect(Object.keys(cold.images ?? {}).length === 9, 'all nine digests are handed on');

  const first = await build(environment, 'd', { 'cache-to': 'none', 'cache-from': 'none' });
  const again = await build(environment, 'e');
  expect(
    again.status === 0 && again.log.includes('0 of 9 images to build'),
    `nothing changed: nothing is built (${again.seconds} s, ${again.calls} API calls)${why(again)}`,
  );
  expect(again.uploads === 0 && again.seconds <= 3, 'no layer is uploaded, in at most 3 s');
  expect(JSON.stringify(again.images) === JSON.stringify(first.images), 'and the digests are those of before');

  writeFileSync(join(workspace, 'services/five/index.txt'), 'changed\n');
  const changed = await build(environment, 'f');
  expect(
    how(changed, 'built').join() === 'five',
    `one of nine changed: only that one is built (${changed.seconds} s)${why(changed)}`,
  );
  expect((await tagged('five', 'build-cache')) !== undefined, 'its cache is in the repository, as a tag that may move');
  docker(['buildx', 'prune', '--all', '--force'], environment);
  const cached = await build(environment, 'f2', { services: 'five', 'skip-unchanged': 'false' });
  expect(
    how(cached, 'built').length === 1 && cached.builds[0].fromCache,
    `an empty builder takes it from there${why(cached)}`,
  );

  const attested = await build(environment, 'g', { services: 'one', provenance: 'mode=max' });
  const index = await manifest('one', attested.images?.one);
  expect(
    attested.status === 0 && index.manifests?.length === 2,
    `with provenance the digest is that of an index with the image and its attestation${why(attested)}`,
  );
  expect(
    index.manifests?.some(({ platform }) => platform.architecture === 'amd64'),
    'in which the image for the tasks is',
  );

  const small = await build(environment, 'z', { services: 'one', compression: 'zstd' });
  const { layers = [] } = await manifest('one', small.images.one);
  const zstd = layers.length > 0 && layers.every(({ mediaType }) => mediaType.endsWith('+zstd'));
  expect(zstd, `layers are compressed by zstd when that is asked for${why(small)}`);

  await checkSecret(environment);
  await checkFailure(environment);
  await checkFigure(environment);
  await checkKilled(environment, buildkit);
}

async function checkSecret(environment) {
  const secret = 'hunter2-'.repeat(4);
  writeFileSync(join(directory, 'token'), secret);
  writeFileSync(
    join(workspace, 'services/two/Dockerfile'),
    `FROM scratch\nCOPY base/ /\nRUN --mount=type=secret,id=token ["/bin/busybox", "sh", "-c", "test $(/bin/busybox wc -c < /run/secrets/token) = 32 && echo got it"]\n`,
  );
  writeManifest({ two: ', secrets: [token]' });
  const run = await build(environment, 'h', { services: 'two', 'secret-files': `token=${join(directory, 'token')}` });
  if (/runc|cgroup|operation not permitted/i.test(run.log) && run.status !== 0) {
    console.log(`!!!! SKIPPED: a build secret in a RUN step (containers do not start in this BuildKit)${why(run)}`);
  } else {
    expect(
      run.status === 0 && !run.log.includes(secret),
      `a build secret is mounted from its file, and in no log${why(run)}`,
    );
  }
  writeManifest();
  writeDockerfile('two');
}

async function checkFailure(environment) {
  writeFileSync(join(workspace, 'services/three/Dockerfile'), 'FROM scratch\nCOPY services/three/nowhere /\n');
  writeFileSync(join(workspace, 'services/four/index.txt'), 'changed too\n');
  const failed = await build(environment, 'i');
  expect(
    failed.status === 1 && failed.log.includes('services.three: E_STATE'),
    'a failing image is named with its last lines',
  );
  expect((await tagged('four', commit('i'))) === undefined, 'no image got the tag of that commit');
  writeDockerfile('three');
  const mended = await build(environment, 'j');
  expect(
    mended.status === 0 && how(mended, 'retagged').includes('four'),
    `the others were finished and are not built again${why(mended)}`,
  );
}

/** Cold builds of nine by us and by plain `docker buildx bake --push`, each with an empty cache. */
async function checkFigure(environment) {
  const rounds = { ours: [], plain: [] };
  for (const round of [1, 2, 3]) {
    docker(['buildx', 'prune', '--all', '--force'], environment);
    for (const name of services) writeFileSync(join(workspace, `services/${name}/index.txt`), `figure ${round} ours\n`);
    const ours = await build(environment, `k${round}`, { 'cache-to': 'none', 'cache-from': 'none' });
    if (ours.status !== 0) return expect(false, `nine images are built cold${why(ours)}`);
    rounds.ours.push(ours.seconds);
    docker(['buildx', 'prune', '--all', '--force'], environment);
    for (const name of services)
      writeFileSync(join(workspace, `services/${name}/index.txt`), `figure ${round} plain\n`);
    rounds.plain.push(await shop.plainBake(environment, round));
  }
  const [ours, plain] = [median(rounds.ours), median(rounds.plain)];
  console.log(
    `        nine cold, median of three: build-push ${ours} s, plain bake --push ${plain} s (${(ours / plain).toFixed(2)} ×)`,
  );
}

async function checkKilled(environment, { child }) {
  writeFileSync(
    join(workspace, 'services/six/Dockerfile'),
    'FROM scratch\nCOPY base/ /\nRUN ["/bin/busybox", "sleep", "10"]\n',
  );
  const run = await build(environment, 'l', { services: 'six' }, (line) => {
    if (/RUN .*sleep/.test(line)) child.kill('SIGKILL');
  });
  if (child.signalCode === null) return console.log('!!!! SKIPPED: a builder that is killed (no RUN step was reached)');
  expect(
    run.status === 1 && /builder was killed|is gone/.test(run.log),
    `a builder that is killed is named as such${why(run)}`,
  );
}
