// Nine images by one call of bake: all, none, one of them, one that fails, one that another job was faster with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, how, skip, why } from './tell.mjs';

const withoutCaches = { 'cache-to': 'none', 'cache-from': 'none' };

export async function checkImages(shop, environment) {
  await checkNine(shop, environment);
  await checkRace(shop, environment);
  await checkFailure(shop, environment);
  await checkSecret(shop, environment);
}

async function checkNine({ build, write }, environment) {
  const tried = await build(environment, 'c0', { push: 'false' });
  expect(
    tried.status === 0 && tried.calls === 0 && tried.uploads === 0,
    `BuildKit builds nine images for nobody, and asks AWS for nothing (${tried.seconds} s)${why(tried)}`,
  );
  const first = await build(environment, 'c', withoutCaches);
  expect(
    first.status === 0 && Object.keys(first.images).length === 9,
    `BuildKit builds and pushes nine images (${first.seconds} s)${why(first)}`,
  );
  expect(first.calls <= 3 + 4 * 9, `with at most three API calls and four for each (${first.calls})`);
  const again = await build(environment, 'd');
  expect(
    again.status === 0 && again.log.includes('0 of 9 images to build'),
    `nothing changed: nothing is built (${again.seconds} s, ${again.calls} API calls)${why(again)}`,
  );
  expect(again.uploads === 0 && again.seconds <= 3, 'no layer is uploaded, in at most 3 s');
  expect(JSON.stringify(again.images) === JSON.stringify(first.images), 'and the digests are those of before');
  write('services/five/index.txt', 'changed\n');
  const changed = await build(environment, 'e', withoutCaches);
  expect(
    how(changed, 'built').join() === 'five',
    `one of nine changed: only that one is built (${changed.seconds} s)${why(changed)}`,
  );
}

/** Two jobs at once, of two commits with the same content: the repository lets one of them have the tag of the content. */
async function checkRace({ build, commit, tagged, write }, environment) {
  write('services/six/index.txt', 'raced for\n');
  const wishes = { services: 'six', ...withoutCaches };
  const runs = await Promise.all([build(environment, 'r1', wishes), build(environment, 'r2', wishes)]);
  expect(
    runs.every(({ status }) => status === 0),
    `two jobs with the same content at once both succeed${runs.map(why).join('')}`,
  );
  const given = await Promise.all(['r1', 'r2'].map((letters) => tagged('six', commit(letters))));
  expect(given.join() === runs.map(({ images }) => images.six).join(), 'and each commit has its own image');
  const refused = runs.filter(({ log }) => log.includes('cannot be overwritten')).length;
  if (refused === 0)
    skip('a push under a tag that another job was faster with', 'neither came in the way of the other');
  else console.log('        one push under the tag of the content was refused, and made by digest');
}

async function checkFailure({ build, commit, tagged, write, writeDockerfile }, environment) {
  write('services/three/Dockerfile', 'FROM scratch\nCOPY services/three/nowhere /\n');
  write('services/four/index.txt', 'changed too\n');
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

async function checkSecret({ build, directory, write, writeDockerfile, writeManifest }, environment) {
  const secret = 'hunter2-'.repeat(4);
  writeFileSync(join(directory, 'token'), secret);
  write(
    'services/two/Dockerfile',
    `FROM scratch\nCOPY base/ /\nRUN --mount=type=secret,id=token ["/bin/busybox", "sh", "-c", "test $(/bin/busybox wc -c < /run/secrets/token) = 32 && echo got it"]\n`,
  );
  writeManifest({ two: ', secrets: [token]' });
  const run = await build(environment, 'h', { services: 'two', 'secret-files': `token=${join(directory, 'token')}` });
  if (run.status !== 0 && /runc|cgroup|operation not permitted/i.test(run.log)) {
    skip('a build secret in a RUN step', `containers do not start in this BuildKit${why(run)}`);
  } else {
    expect(
      run.status === 0 && !run.log.includes(secret),
      `a build secret is mounted from its file, and in no log${why(run)}`,
    );
  }
  writeManifest();
  writeDockerfile('two');
}
