import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type StandInWorld, runStandIn } from '../../../rehearsal/builder/stand-in.ts';
import type { Send } from '../../../rehearsal/builder/registry.ts';
import { type RunWishes, type Stage, type StepRun, openStage } from '../../../rehearsal/test/stage/stage.ts';
import type { SimulatedCloud } from '../../../simulator/aws.ts';
import type { Docker } from '../src/docker/docker.ts';
import { buildPush } from '../src/main.ts';

/** A stage with something to build on it, and the stand-in for docker in this process. */
export type Workshop = {
  readonly stage: Stage;
  /** Every call of docker: its words and its environment. */
  readonly dockerCalls: { readonly words: readonly string[]; readonly environment: Readonly<Record<string, string>> }[];
  write(path: string, text: string): Promise<void>;
  run(inputs?: Readonly<Record<string, string>>, wishes?: WorkshopWishes): Promise<StepRun>;
  close(): Promise<void>;
};

export type WorkshopWishes = RunWishes & {
  /** Instead of the stand-in. */
  readonly docker?: Docker;
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

export async function openWorkshop(manifest = twoServices): Promise<Workshop> {
  const stage = await openStage({ manifest });
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
    (like: StandInWorld['like'] = 'buildkit'): Docker =>
    (words, { environment, directory, onLine }) => {
      dockerCalls.push({ words, environment });
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
  return {
    stage,
    dockerCalls,
    write,
    run: (inputs = {}, { like, docker = standIn(like), variables = {}, ...wishes } = {}) =>
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
