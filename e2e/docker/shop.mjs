// A shop of nine services, its account in the simulated AWS over HTTP, and build-push as the runner starts it.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BatchGetImageCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { parseManifest } from '../../build/lib/core/manifest/parse.js';
import { selectEnvironment } from '../../build/lib/core/manifest/select.js';
import { buildRole, roleArn } from '../../build/rehearsal/infra/roles.js';
import { runAction } from '../../build/rehearsal/runner/run-action.js';
import { simulateAws } from '../../build/simulator/aws.js';
import { scaledClock } from '../../build/simulator/clock.js';

export const services = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const action = fileURLToPath(new URL('../../actions/build-push', import.meta.url));
const scope = {
  account: '111122223333',
  region: 'eu-west-1',
  application: 'shop',
  environment: 'prod',
  repository: 'example/shop',
};
const epoch = '1790000000';

export async function openShop() {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  const workspace = join(directory, 'workspace');
  const calls = [];
  const cloud = simulateAws({ clock: scaledClock(1), log: (entry) => calls.push(entry) });
  const manifest = selectEnvironment(parseManifest(manifestText({})), scope.environment);
  const role = buildRole(manifest, scope.repository);
  // Images to build on and tools for building are the account's own.
  await cloud.provision([role, ...[...services, 'base', 'tools'].map(repository)]);
  cloud.describeJob({ repository: scope.repository, ref: 'refs/heads/main' });
  const { url } = await cloud.listen({ port: 0 });
  const registry = new URL(url).host;
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const ecr = new ECRClient({ region: scope.region, endpoint: url, credentials });
  let attempts = 0;

  async function build(environment, letters, inputs = {}, onLine = () => {}) {
    const started = performance.now();
    const before = calls.length;
    const result = await runAction(action, {
      inputs: { environment: 'prod', 'role-to-assume': roleArn(scope.account, role), registry, ...inputs },
      environment: {
        PATH: process.env.PATH,
        HOME: directory,
        AWS_ENDPOINT_URL: url,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/_github/token?version=2`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: cloud.jobRequestToken,
        GITHUB_SHA: commit(letters),
        GITHUB_REPOSITORY: scope.repository,
        GITHUB_RUN_ID: '1001',
        GITHUB_RUN_ATTEMPT: String(++attempts),
        SOURCE_DATE_EPOCH: epoch,
        ...environment,
      },
      workspace,
      temporaryDirectory: join(directory, 'job'),
      onLine,
    });
    const own = calls.slice(before);
    return {
      ...result,
      seconds: secondsSince(started),
      images: result.outputs.images ? JSON.parse(result.outputs.images) : {},
      builds: result.outputs.builds ? JSON.parse(result.outputs.builds) : [],
      calls: own.filter(({ service }) => service === 'ecr' || service === 'sts').length,
      uploads: own.filter(({ operation }) => operation === 'StartUpload').length,
    };
  }

  /** Who has a tag, or the manifest of a digest, as ECR's API says it. */
  async function image(service, id) {
    const acceptedMediaTypes = ['index', 'manifest'].map((kind) => `application/vnd.oci.image.${kind}.v1+json`);
    const docker = ['manifest.list', 'manifest'].map((kind) => `application/vnd.docker.distribution.${kind}.v2+json`);
    const command = {
      repositoryName: `shop-${service}`,
      imageIds: [id],
      acceptedMediaTypes: [...acceptedMediaTypes, ...docker],
    };
    return (await ecr.send(new BatchGetImageCommand(command))).images?.[0];
  }

  /** Seconds of `docker buildx bake` of these images under tags, without us. */
  async function bake(environment, images) {
    const file = join(directory, 'plain.json');
    writeFileSync(file, JSON.stringify(plainDefinition(images, registry)));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const auths = { [registry]: { auth: authorizationData[0].authorizationToken } };
    writeFileSync(join(environment.DOCKER_CONFIG, 'config.json'), JSON.stringify({ auths }));
    const started = performance.now();
    await promisify(execFile)('docker', ['buildx', 'bake', '--file', file], {
      cwd: workspace,
      env: inherit({ ...environment, SOURCE_DATE_EPOCH: epoch }),
    });
    const seconds = secondsSince(started);
    rmSync(join(environment.DOCKER_CONFIG, 'config.json'));
    return seconds;
  }

  /** A file of the checkout. */
  const write = (path, text) => {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  };
  const writeManifest = (extra = {}) => write('slipway.yml', manifestText(extra));
  const writeDockerfile = (name) => write(`services/${name}/Dockerfile`, dockerfile(name));
  mkdirSync(join(workspace, 'base/bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(workspace, 'base/bin/busybox'));
  for (const name of services) {
    write(`services/${name}/index.txt`, `${name}\n`);
    writeDockerfile(name);
  }
  writeManifest();

  return {
    directory,
    registry,
    build,
    commit,
    bake,
    write,
    writeManifest,
    writeDockerfile,
    docker: (words, environment) => execFileSync('docker', words, { env: inherit(environment), stdio: 'pipe' }),
    tagged: async (service, imageTag) => (await image(service, { imageTag }))?.imageId.imageDigest,
    manifest: async (service, imageDigest) =>
      JSON.parse((await image(service, { imageDigest }))?.imageManifest ?? '{}'),
    async close() {
      await cloud.close();
      // A builder that was killed leaves its mounts behind.
      const mounts = readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[1] ?? '');
      for (const mount of mounts.filter((path) => path.startsWith(directory)).toReversed())
        execFileSync('umount', ['-l', mount]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function repository(name) {
  return {
    id: name,
    type: 'AWS::ECR::Repository',
    properties: {
      RepositoryName: `shop-${name}`,
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: ['build-cache*'].map((filter) => ({
        ImageTagMutabilityExclusionFilterType: 'WILDCARD',
        ImageTagMutabilityExclusionFilterValue: filter,
      })),
    },
  };
}

function dockerfile(name) {
  return `FROM scratch\nCOPY base/ /\nCOPY services/${name}/index.txt /index.txt\nCMD ["/bin/busybox", "cat", "/index.txt"]\n`;
}

function manifestText(extra) {
  const service = (name) =>
    `  ${name}: { port: 3000, health-check: none, build: { context: ., dockerfile: services/${name}/Dockerfile${extra[name] ?? ''} } }`;
  const place = `{ account: '${scope.account}', region: ${scope.region} }`;
  return [
    `version: 1\napplication: shop\nenvironments:\n  prod: ${place}\nservices:`,
    ...services.map(service),
    '',
  ].join('\n');
}

function plainDefinition(images, registry) {
  const target = ({ image, ...file }) => ({
    context: '.',
    ...file,
    output: [`type=image,name=${registry}/${image},push=true,rewrite-timestamp=true`],
    attest: ['type=provenance,disabled=true'],
  });
  const targets = Object.entries(images).map(([name, image]) => [name, target(image)]);
  return { group: { default: { targets: Object.keys(images) } }, target: Object.fromEntries(targets) };
}

/** Forty hexadecimal digits, others for other letters. */
function commit(letters) {
  return createHash('sha1').update(letters).digest('hex');
}

function inherit(environment) {
  return { PATH: process.env.PATH, HOME: '/nonexistent', ...environment };
}

function secondsSince(started) {
  return Math.round((performance.now() - started) / 10) / 100;
}
