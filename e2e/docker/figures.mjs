// Cold builds of nine by build-push and by plain `docker buildx bake` with tags, of the same Dockerfiles, into the same registry.
import { services } from './shop.mjs';
import { expect, why } from './tell.mjs';

const rounds = { fewest: 3, most: 9 };
const atMost = 1.15;

/** What a service is: copied files alone, or what an npm service does at least: a base image, five seconds of installing, its sources. */
const judged = 'of five seconds';
const kinds = {
  'without a step': (name) => `FROM scratch\nCOPY base/ /\nCOPY services/${name}/index.txt /index.txt\n`,
  [judged]: (name, base) =>
    `FROM ${base}\nCOPY services/${name}/package.json /\nRUN ["/bin/busybox", "sh", "-c", "/bin/busybox sleep 5; echo ${name} > /installed"]\nCOPY services/${name}/index.txt /index.txt\n`,
};

/** The fastest of some each, in turns: what else the machine does only ever adds. */
export async function checkFigures(shop, environment) {
  shop.write('bases/small', 'FROM scratch\nCOPY base/ /\n');
  await shop.bake(environment, { base: { dockerfile: 'bases/small', image: 'shop-base:small' } });
  const ratios = {};
  for (const [kind, dockerfile] of Object.entries(kinds)) {
    for (const name of services) {
      shop.write(`services/${name}/Dockerfile`, dockerfile(name, `${shop.registry}/shop-base:small`));
      shop.write(`services/${name}/package.json`, `{ "name": "${name}" }\n`);
    }
    ratios[kind] = await compare(shop, environment, { kind, limit: kind === judged ? atMost : Infinity });
  }
  services.forEach((name) => shop.writeDockerfile(name));
  expect(
    ratios[judged] <= atMost,
    `nine small services cold take at most ${atMost} × what plain bake takes (${ratios[judged]})`,
  );
}

async function compare(shop, environment, { kind, limit }) {
  const [ours, plain] = [[], []];
  const isOver = () => Math.min(...ours) / Math.min(...plain) > limit;
  for (let round = 1; round <= rounds.fewest || (round <= rounds.most && isOver()); round++) {
    const measures = [
      async () => ours.push(await buildCold(shop, environment, `${kind} ${round}`)),
      async () => plain.push(await bakeCold(shop, environment, `${kind} ${round}`)),
    ];
    for (const measure of round % 2 === 0 ? measures.toReversed() : measures) await measure();
  }
  const [own, bare] = [Math.min(...ours), Math.min(...plain)];
  const ratio = Math.round((own / bare) * 100) / 100;
  console.log(
    `        nine cold, ${kind}, fastest of ${ours.length}: build-push ${own} s, plain bake ${bare} s, ${ratio} ×, ${(own - bare).toFixed(2)} s more`,
  );
  return ratio;
}

async function buildCold(shop, environment, round) {
  empty(shop, environment, `${round} by build-push`);
  const run = await shop.build(environment, `k${round}`, { 'cache-to': 'none', 'cache-from': 'none' });
  if (run.status !== 0) expect(false, `nine images are built cold${why(run)}`);
  return run.seconds;
}

async function bakeCold(shop, environment, round) {
  empty(shop, environment, `${round} by bake`);
  const tag = `plain-${round.replaceAll(' ', '-')}`;
  const targets = services.map((name) => [
    name,
    { dockerfile: `services/${name}/Dockerfile`, image: `shop-${name}:${tag}` },
  ]);
  return shop.bake(environment, Object.fromEntries(targets));
}

/** An empty builder, and sources that nobody has built before. */
function empty({ docker, write }, environment, text) {
  docker(['buildx', 'prune', '--all', '--force'], environment);
  for (const name of services) write(`services/${name}/index.txt`, `${name} ${text}\n`);
}
