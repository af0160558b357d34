// Build caches: in the repository, and GitHub's.
import { openGithubCache } from './github-cache.mjs';
import { expect, how, why } from './tell.mjs';

const anyway = { services: 'five', 'skip-unchanged': 'false' };

export async function checkCaches(shop, environment) {
  await checkRegistryCache(shop, environment);
  await checkGithubCache(shop, environment);
}

async function checkRegistryCache({ build, docker, tagged }, environment) {
  const written = await build(environment, 'q1', anyway);
  expect(
    (await tagged('five', 'build-cache')) !== undefined,
    `a cache is in the repository, as a tag that may move${why(written)}`,
  );
  docker(['buildx', 'prune', '--all', '--force'], environment);
  const cached = await build(environment, 'q2', anyway);
  expect(
    how(cached, 'built').length === 1 && cached.builds[0].fromCache,
    `an empty builder takes it from there${why(cached)}`,
  );
}

/** The service behind `type=gha` is played; what speaks to it is BuildKit, with the token that the action passes on. */
async function checkGithubCache({ build, docker, write }, environment) {
  const github = await openGithubCache();
  const inJob = { ...environment, ...github.variables };
  const wishes = { ...anyway, 'cache-from': 'gha', 'cache-to': 'gha' };
  try {
    write('services/five/index.txt', "for GitHub's cache\n");
    const written = await build(inJob, 'q3', wishes);
    expect(
      written.status === 0 && github.entries.size > 0,
      `GitHub's cache is written (${github.entries.size} entries)${why(written)}`,
    );
    docker(['buildx', 'prune', '--all', '--force'], environment);
    const cached = await build(inJob, 'q4', { ...wishes, 'cache-to': 'none' });
    expect(
      cached.status === 0 && cached.builds[0]?.fromCache === true && github.downloads() > 0,
      `and an empty builder takes everything from there${why(cached)}`,
    );
    expect(
      ![written, cached].some(({ log }) => log.includes(github.variables.ACTIONS_RUNTIME_TOKEN)),
      'its token is in no log',
    );
  } finally {
    github.close();
  }
}
