// Dockers that can do less.
import { expect, why } from './tell.mjs';

/** No buildx at all: one image after the other, under a tag of the run. */
export async function checkPlainDocker({ build, commit, tagged }, environment) {
  const tried = await build(environment, 'a0', { services: 'one', push: 'false' });
  expect(
    tried.status === 0 && tried.calls === 0 && tried.uploads === 0,
    `docker without buildx builds an image for nobody, and asks AWS for nothing${why(tried)}`,
  );
  const run = await build(environment, 'a', { services: 'one,two' });
  expect(run.status === 0, `docker without buildx builds and pushes two images (${run.seconds} s)${why(run)}`);
  expect(run.log.includes('ONE AFTER THE OTHER'), 'and says loudly that it does so one after the other');
  expect((await tagged('one', commit('a'))) === run.images.one, "the commit's tag is on the digest that is handed on");
  expect((await tagged('one', 'run-1001-2')) === run.images.one, "and the run's tag stays beside it");
}

export async function checkDockerDriver({ build, commit, tagged }, environment) {
  const tried = await build(environment, 'b0', { services: 'one,two', push: 'false' });
  expect(
    tried.status === 0 && tried.calls === 0 && tried.uploads === 0,
    `the docker driver builds two images for nobody, and asks AWS for nothing${why(tried)}`,
  );
  const run = await build(environment, 'b', { services: 'one,two,three', 'skip-unchanged': 'false' });
  expect(run.status === 0, `the docker driver builds and pushes three images (${run.seconds} s)${why(run)}`);
  expect((await tagged('three', commit('b'))) === run.images.three, 'and each has the tag of the commit');
  const asked = await build(environment, 'b2', { services: 'one', provenance: 'true', 'skip-unchanged': 'false' });
  expect(asked.status === 1 && asked.log.includes('cannot do provenance'), 'provenance is refused, not left out');
}
