import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  ECRClient,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { findImage, tagImage } from '../../../lib/aws/ecr.ts';
import { openAws } from '../../../lib/aws/session.ts';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import { type StandInWorld, runStandIn } from '../../../rehearsal/builder/stand-in.ts';
import type { Send } from '../../../rehearsal/builder/registry.ts';
import { type RunWishes, type Stage, type StepRun, openStage } from '../../../rehearsal/test/stage/stage.ts';
import type { SimulatedCloud } from '../../../simulator/aws.ts';
import { noteBuildTimes } from '../src/build-times.ts';
import type { BakeDefinition } from '../src/docker/bake.ts';
import type { Docker } from '../src/docker/docker.ts';
import { buildPush } from '../src/main.ts';

/** A stage with something to build on it, and the stand-in for docker in this process. */
export type Workshop = {
  readonly stage: Stage;
  /** Every call of docker: its words and its environment. */
  readonly dockerCalls: { readonly words: readonly string[]; readonly environment: Readonly<Record<string, string>> }[];
  readonly standIn: Docker;
  write(path: string, text: string): Promise<void>;
  /** Gives an image of a service one more tag. */
  tag(service: string, digest: string, tag: string): Promise<void>;
  /** What an earlier run has measured. */
  noteBuildTimes(seconds: Readonly<Record<string, number>>): Promise<void>;
  /** Puts some image under the tag of a service's build cache. */
  pushCache(service: string): Promise<void>;
  /** Who has a tag in a service's repository. */
  digestOf(service: string, tag: string): Promise<string | undefined>;
  run(inputs?: Readonly<Record<string, string>>, wishes?: WorkshopWishes): Promise<StepRun>;
  close(): Promise<void>;
};

export type WorkshopWishes = RunWishes & {
  /** Instead of the stand-in. */
  readonly docker?: Docker;
  /** Gets each bake definition. */
  readonly onBake?: (definition: BakeDefinition) => void;
  /** Which docker the stand-in is like. */
  readonly like?: StandInWorld['like'];
  readonly variables?: Readonly<Record<string, string>>;
};

export const buildRole = 'arn:aws:iam::111122223333:role/smartboard-prod-build';

/** Two services whose images differ by one file. */
export const twoServices = `version: 1
application: smartboard
environments:
  prod: { account: "111122223333", region: eu-west-1, availability-zones: [eu-west-1a, eu-west-1b], github: { repository: example/smartboard } }
services:
  web:
    build: { context: ., dockerfile: services/web/Dockerfile }
    port: 3000
    ingress: /*
  worker:
    build: { context: ., dockerfile: services/worker/Dockerfile }
    health-check: none
`;

export async function openWorkshop(manifest = twoServices, { scanOnPush = false } = {}): Promise<Workshop> {
  const stage = await openStage({ manifest });
  for (const service of ['web', 'worker']) await remakeRepository(stage, `smartboard-${service}`, scanOnPush);
  const dockerCalls: Workshop['dockerCalls'] = [];
  const write = async (path: string, text: string) => {
    const file = join(stage.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  for (const service of ['web', 'worker']) {
    await write(
      `services/${service}/Dockerfile`,
      `FROM node:24\nWORKDIR /app\nCOPY services/${service} .\nCMD ["node", "index.js"]\n`,
    );
    await write(`services/${service}/index.js`, `console.log('${service}')\n`);
  }
  const local: NonNullable<StandInWorld['local']> = new Map();
  const standIn =
    (like: StandInWorld['like'] = 'buildkit', onBake?: WorkshopWishes['onBake']): Docker =>
    async (words, { environment, directory, onLine }) => {
      dockerCalls.push({ words, environment });
      if (words[1] === 'bake') onBake?.(JSON.parse(await readFile(words[3]!, 'utf8')) as BakeDefinition);
      return runStandIn(words, {
        environment,
        directory,
        print: (line) => onLine(line, 'output'),
        complain: (line) => onLine(line, 'complaint'),
        send: sendTo(stage.cloud),
        like,
        local,
      });
    };
  stage.forgetCalls();
  const aws = openAws({
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
    requestHandler: inProcess(stage.cloud),
    clock: clockOf(virtualClock()),
    chance: () => 0,
    log: { info: () => {}, warn: () => {}, group: (_title, work) => work() },
  });
  const digestOf: Workshop['digestOf'] = async (service, tag) =>
    (await findImage(aws, `smartboard-${service}`, { tag }))?.digest;
  const tag: Workshop['tag'] = async (service, digest, name) => {
    const image = await findImage(aws, `smartboard-${service}`, { digest });
    await tagImage(aws, `smartboard-${service}`, image!, name);
  };
  return {
    stage,
    dockerCalls,
    standIn: standIn(),
    digestOf,
    async noteBuildTimes(seconds) {
      const whereabouts = { application: 'smartboard', environment: 'prod' };
      const built = Object.entries(seconds).map(([service, time]) => ({
        service,
        seconds: time,
        fromCache: false,
        digest: '',
        pushedAs: undefined,
      }));
      await noteBuildTimes(aws, whereabouts, { run: 'earlier', built });
    },
    tag,
    pushCache: async (service) => tag(service, await stage.push(service), 'build-cache'),
    write,
    run: (inputs = {}, { like, onBake, docker = standIn(like, onBake), variables = {}, ...wishes } = {}) =>
      stage.run(
        'build-push',
        (step, surroundings) =>
          buildPush(
            step,
            { ...surroundings, variables: { ...surroundings.variables, HOME: stage.directory, ...variables } },
            docker,
          ),
        { 'role-to-assume': buildRole, ...inputs },
        wishes,
      ),
    close: () => stage.close(),
  };
}

function sendTo(cloud: SimulatedCloud): Send {
  return async (url, { method, headers, body = new Uint8Array() }) => {
    const { host, pathname, search } = new URL(url);
    const answer = await cloud.handle({
      method,
      path: pathname + search,
      headers: { host, 'content-length': String(body.length), ...headers },
      body,
    });
    return {
      status: answer.status,
      headers: { get: (name) => answer.headers[name] ?? null },
      text: async () => Buffer.from(answer.body).toString(),
    };
  };
}

/** Where there is one: the same with tags that never move, whatever the infrastructure of rehearsals lets move. */
async function remakeRepository({ cloud }: Stage, repositoryName: string, scanOnPush: boolean): Promise<void> {
  const configuration = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
  };
  const ecr = new ECRClient({ ...configuration, requestHandler: inProcess(cloud) });
  try {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) return;
    throw error;
  }
  const imageScanningConfiguration = { scanOnPush };
  const command = { repositoryName, imageTagMutability: 'IMMUTABLE', imageScanningConfiguration } as const;
  await ecr.send(new CreateRepositoryCommand(command));
}

/** Two services whose infrastructure is made by other means; `web` has this repository. */
export function withInfra(web: string): string {
  const role = 'arn:aws:iam::111122223333:role/shop';
  return twoServices.replace(
    /prod: \{.*\}\n/,
    `prod:
    account: "111122223333"
    region: eu-west-1
    infra:
      cluster: { name: shop, capacityProviders: [FARGATE] }
      network: { vpc: vpc-0123456789abcdef0, subnets: [subnet-0123456789abcdef0], assignPublicIp: ENABLED }
      migrations: { securityGroups: [sg-0123456789abcdef0] }
      services:
        web: { service: web, repository: ${JSON.stringify(web)}, logGroup: /shop/web, executionRole: ${role}, taskRole: ${role}, securityGroups: [sg-0123456789abcdef0] }
        worker: { service: worker, repository: shop/worker, logGroup: /shop/worker, executionRole: ${role}, taskRole: ${role}, securityGroups: [sg-0123456789abcdef0] }
`,
  );
}
