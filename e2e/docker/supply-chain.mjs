// What an image carries besides its layers, and what it is built on.
import { createServer } from 'node:http';
import { expect, how, skip, why } from './tell.mjs';

export async function checkSupplyChain(shop, environment) {
  await checkProvenance(shop, environment);
  await checkSbom(shop, environment);
  await checkPlatforms(shop, environment);
  await checkCompression(shop, environment);
  await checkOnbuild(shop, environment);
}

async function checkProvenance({ build, manifest }, environment) {
  const run = await build(environment, 'g', { services: 'one', provenance: 'mode=max' });
  const { manifests = [] } = await manifest('one', run.images.one);
  expect(
    run.status === 0 && manifests.length === 2,
    `with provenance the digest is that of an index with the image and its attestation${why(run)}`,
  );
  expect(
    manifests.some(({ platform }) => platform.architecture === 'amd64'),
    'in which the image for the tasks is',
  );
  const again = await build(environment, 'g2', { services: 'one', provenance: 'mode=max' });
  expect(again.images.one === run.images.one, `and that is not built twice${why(again)}`);
}

/** BuildKit's own generator comes from Docker Hub; this one keeps its protocol and lists the files. */
const generator = [
  'FROM scratch',
  'COPY base/ /',
  String.raw`CMD ["/bin/busybox", "sh", "-c", "/bin/busybox printf '{\"_type\":\"https://in-toto.io/Statement/v0.1\",\"predicateType\":\"https://spdx.dev/Document\",\"predicate\":{\"spdxVersion\":\"SPDX-2.3\",\"files\":\"%s\"}}' \"$(cd $BUILDKIT_SCAN_SOURCE && echo *)\" > $BUILDKIT_SCAN_DESTINATION/files.spdx.json"]`,
  '',
].join('\n');

async function checkSbom(shop, environment) {
  const { build, manifest, registry, write } = shop;
  write('tools/Dockerfile', generator);
  await shop.bake(environment, { tools: { dockerfile: 'tools/Dockerfile', image: 'shop-tools:generator' } });
  const wishes = { services: 'one', sbom: `generator=${registry}/shop-tools:generator` };
  const run = await build(environment, 's', wishes);
  if (run.status !== 0 && /runc|cgroup|operation not permitted/i.test(run.log))
    return skip('an SBOM', `containers do not start in this BuildKit${why(run)}`);
  const { manifests = [] } = await manifest('one', run.images.one);
  const attestation = manifests.find(({ platform }) => platform.architecture === 'unknown');
  const { layers = [] } = attestation === undefined ? {} : await manifest('one', attestation.digest);
  const types = layers.map(({ annotations }) => annotations?.['in-toto.io/predicate-type']);
  expect(
    run.status === 0 && types.join() === 'https://spdx.dev/Document',
    `an SBOM is attached by the generator that was asked for${why(run)}`,
  );
  const again = await build(environment, 's2', wishes);
  expect(how(again, 'retagged').join() === 'one', `and an image with one is not built twice${why(again)}`);
}

async function checkPlatforms({ build, manifest }, environment) {
  const wishes = { services: 'one,two', platforms: 'linux/amd64,linux/arm64' };
  const run = await build(environment, 'p', wishes);
  const { manifests = [] } = await manifest('one', run.images.one);
  expect(
    run.status === 0 && manifests.map(({ platform }) => platform.architecture).join() === 'amd64,arm64',
    `for two platforms the digest is that of an index with both${why(run)}`,
  );
  const again = await build(environment, 'p2', wishes);
  expect(how(again, 'retagged').join() === 'one,two', `and that is not built twice${why(again)}`);
}

async function checkCompression({ build, manifest }, environment) {
  const run = await build(environment, 'z', { services: 'one', compression: 'zstd' });
  const { layers = [] } = await manifest('one', run.images.one);
  const isZstd = layers.length > 0 && layers.every(({ mediaType }) => mediaType.endsWith('+zstd'));
  expect(isZstd, `layers are compressed by zstd when that is asked for${why(run)}`);
}

/** What a base image's ONBUILD copies and fetches is in no Dockerfile of the checkout, so there is no "unchanged". */
async function checkOnbuild(shop, environment) {
  const { build, registry, write, writeDockerfile } = shop;
  let served = 0;
  const server = createServer((_request, response) => response.end(`version ${++served}\n`));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = (name, instruction) => {
    write(`bases/${name}`, `FROM scratch\nCOPY base/ /\nONBUILD ${instruction}\n`);
    return { dockerfile: `bases/${name}`, image: `shop-base:${name}` };
  };
  try {
    const url = `http://127.0.0.1:${server.address().port}/thing`;
    write('bases/plain', 'FROM scratch\nCOPY base/ /\n');
    await shop.bake(environment, {
      plain: { dockerfile: 'bases/plain', image: 'shop-base:plain' },
      fetches: base('fetches', `ADD ${url} /thing`),
      copies: base('copies', 'COPY services/eight/ /own/'),
    });
    for (const [name, from] of [
      ['seven', 'fetches'],
      ['eight', 'copies'],
    ])
      write(`services/${name}/Dockerfile`, `FROM ${registry}/shop-base:${from}\n`);
    const wishes = { services: 'seven,eight', 'cache-to': 'none' };
    const first = await build(environment, 'o1', wishes);
    const second = await build(environment, 'o2', wishes);
    expect(
      how(second, 'built').join() === 'seven,eight' && second.log.includes('has ONBUILD, so it is built each time'),
      `what is built on an image with ONBUILD is built each time${why(first)}${why(second)}`,
    );
    write('services/seven/Dockerfile', `FROM ${registry}/shop-base:plain\nCOPY services/seven/ /\n`);
    const plain = [await build(environment, 'o3', wishes), await build(environment, 'o4', wishes)];
    expect(how(plain[1], 'retagged').join() === 'seven', `and on one without it, once${plain.map(why).join('')}`);
  } finally {
    server.close();
    ['seven', 'eight'].forEach((name) => writeDockerfile(name));
  }
}
