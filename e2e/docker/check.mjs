// What only a real docker can show: see e2e/docker/run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkCaches } from './caches.mjs';
import { dockerConfig, endDaemons, startBuildkitd, startDockerd } from './daemons.mjs';
import { checkFigures } from './figures.mjs';
import { checkImages } from './images.mjs';
import { checkLostBuilder, checkRemote } from './remote.mjs';
import { openShop } from './shop.mjs';
import { checkSupplyChain } from './supply-chain.mjs';
import { problems, skip } from './tell.mjs';
import { checkDockerDriver, checkPlainDocker } from './without-buildkit.mjs';

const [bin] = process.argv.slice(2);
const shop = await openShop();

try {
  const host = await startDockerd(shop.directory);
  if (host === undefined) skip('build-push with a real Docker', 'the daemon does not start here');
  else await checkAll(host);
} finally {
  await endDaemons();
  await shop.close();
}
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkAll(host) {
  const configured = (name, buildx) => ({
    DOCKER_HOST: host,
    DOCKER_CONFIG: dockerConfig(join(shop.directory, name), buildx),
  });
  await checkPlainDocker(shop, configured('without-buildx', undefined));
  if (!existsSync(join(bin, 'buildx'))) return;
  const driver = configured('with-buildx', join(bin, 'buildx'));
  await checkDockerDriver(shop, driver);
  if (!existsSync(join(bin, 'buildkitd'))) return;
  const buildkit = await startBuildkitd(join(bin, 'buildkitd'), join(shop.directory, 'buildkit'), shop.registry);
  if (buildkit === undefined) return skip('build-push with BuildKit', 'buildkitd does not start here');
  for (const [name, address] of Object.entries(buildkit.addresses))
    shop.docker(['buildx', 'create', '--name', name, '--driver', 'remote', address], driver);
  await checkBuildKit({ ...driver, BUILDX_BUILDER: 'local' }, driver, buildkit);
}

async function checkBuildKit(environment, driver, buildkit) {
  await checkImages(shop, environment);
  await checkCaches(shop, environment);
  await checkSupplyChain(shop, environment);
  await checkRemote(shop, driver);
  await checkFigures(shop, environment);
  await checkLostBuilder(shop, environment, buildkit);
  skip('enhanced scanning, kubernetes and cloud builders', 'they are not to be had on one machine; simulated at most');
}
