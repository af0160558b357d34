import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aws, openAws } from '../../../lib/aws/session.ts';
import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { type SelectedManifest, selectEnvironment } from '../../../lib/core/manifest/select.ts';
import type { ReleaseReport } from '../../../lib/core/release.ts';
import type { Job } from '../../../lib/github/job.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { Surroundings } from '../../../lib/world/surroundings.ts';
import { simulateAws, type SimulatedCloud } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { FaultRule } from '../../../simulator/faults.ts';
import type { LogEntry } from '../../../simulator/request-log.ts';
import { provisionFromTemplates } from '../../infra/from-templates.ts';
import { type Infrastructure, provisionInfrastructure } from '../../infra/index.ts';
import type { SynthesisedStack } from '../../infra/synthesis.ts';
import { clockOf, inProcess } from '../../in-process.ts';
import type { SimulatedAws } from '../../simulated-aws.ts';
import { type ByHand, byHand } from './by-hand.ts';
import { pushImage } from './push-image.ts';
import { type StagedStep, stagedStep } from './step.ts';

/** A caller's repository and its account in a simulated AWS, in this process and on a virtual clock. */
export type Stage = {
  readonly cloud: SimulatedCloud;
  readonly manifest: SelectedManifest;
  readonly directory: string;
  /** Every call so far. */
  readonly calls: readonly LogEntry[];
  /** Names of the calls that change something, in order, since `forgetCalls`. */
  writes(): readonly string[];
  forgetCalls(): void;
  setFaults(rules: readonly FaultRule[]): void;
  /** Pushes an image of a service; answers with its digest. */
  push(service: string, labels?: Readonly<Record<string, string>>): Promise<string>;
  /** AWS as an action sees it, on the stage's clock and with the root's rights. */
  readonly aws: Aws;
  /** What someone else might do meanwhile, with the root's rights. */
  readonly byHand: ByHand;
  /** Runs an action's main to its end, whatever that is. */
  run(name: string, main: ActionMain, inputs: Readonly<Record<string, string>>, wishes?: RunWishes): Promise<StepRun>;
  close(): Promise<void>;
};

export type ActionMain = (step: Step, surroundings: Surroundings) => Promise<void>;

export type RunWishes = {
  readonly runId?: string;
  readonly runAttempt?: number;
  readonly commit?: string;
  readonly signal?: AbortSignal;
  /** What is different about the job, e.g. its event or ref. */
  readonly job?: Partial<Job>;
  /** The job names no environment, so its token speaks of its event. */
  readonly withoutEnvironment?: boolean;
  /** For a post step: what its main has saved. */
  readonly state?: Readonly<Record<string, string>>;
  /** Told of each line of the log, e.g. to cancel at one. */
  readonly onLine?: (line: string) => void;
};

export type StepRun = StagedStep['said'] & {
  readonly error: (Error & { code?: string; remedy?: string }) | undefined;
  readonly summary: string;
  /** What deploy-ecs wrote, when it did. */
  readonly report: ReleaseReport | undefined;
  /** Virtual seconds. */
  readonly seconds: number;
};

export type StageWishes = {
  readonly manifest: string;
  readonly seed?: number;
  readonly missingSecrets?: readonly string[];
  /** What the infra app has made of the manifest. Absent: the quick provisioner, which tests have no time to do without. */
  readonly templates?: readonly SynthesisedStack[];
};

export async function openStage({
  manifest: text,
  seed = 1,
  missingSecrets = [],
  templates,
}: StageWishes): Promise<Stage> {
  const calls: LogEntry[] = [];
  const clock = virtualClock();
  const cloud = simulateAws({ seed, clock, trustsGithub: templates === undefined, log: (entry) => calls.push(entry) });
  const directory = await mkdtemp(join(tmpdir(), 'stage-'));
  await writeFile(join(directory, 'slipway.yml'), text);
  const manifest = selectEnvironment(parseManifest(text), 'prod');
  const aws = openAws({
    region: cloud.region,
    credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
    requestHandler: inProcess(cloud),
    clock: clockOf(clock),
    chance: () => 0.5,
    log: { info() {}, warn() {}, group: (_title, work) => work() },
  });
  const account: Pick<SimulatedAws, 'provision' | 'deployStack'> = {
    provision: async (resources) => cloud.provision(resources),
    deployStack: async (stack) => cloud.cloudformation.deploy(stack),
  };
  const caller = { repository: 'example/smartboard', driver: 'model', missingSecrets } as const;
  const infrastructure =
    templates === undefined
      ? await provisionInfrastructure(account, manifest, caller)
      : await provisionFromTemplates(account, aws, { manifest, stacks: templates, ...caller });
  let forgotten = 0;

  return {
    cloud,
    manifest,
    directory,
    calls,
    writes: () =>
      calls
        .slice(forgotten)
        .filter(changesSomething)
        .map(({ operation }) => operation),
    forgetCalls: () => void (forgotten = calls.length),
    setFaults: (rules) => cloud.setFaults(rules),
    aws,
    byHand: byHand(cloud, manifest),
    push: (service, labels) => pushImage(cloud, `${manifest.application}-${service}`, labels),
    run: (name, main, inputs, wishes = {}) =>
      runAction(name, main, inputs, wishes, { cloud, clock, directory, infrastructure }),
    async close() {
      await cloud.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type Backstage = {
  readonly cloud: SimulatedCloud;
  readonly clock: ReturnType<typeof virtualClock>;
  readonly directory: string;
  readonly infrastructure: Infrastructure;
};

async function runAction(
  name: string,
  main: ActionMain,
  inputs: Readonly<Record<string, string>>,
  {
    runId = '1001',
    runAttempt = 1,
    commit = 'c'.repeat(40),
    signal,
    job = {},
    withoutEnvironment = false,
    state = {},
    onLine = () => {},
  }: RunWishes,
  { cloud, clock, directory, infrastructure }: Backstage,
): Promise<StepRun> {
  const { scope, deployRole } = infrastructure;
  const { repository, environment } = scope;
  // Images are built by a job without an environment: nobody is asked before a build.
  const asking = name === 'build-push' || withoutEnvironment ? {} : { environment };
  const event = withoutEnvironment && job.event !== undefined ? { event_name: job.event } : {};
  cloud.describeJob({ repository, ...asking, ...event, ref: 'refs/heads/main', sha: commit, run_id: runId });
  const step = stagedStep({
    name,
    inputs: { environment: 'prod', 'role-to-assume': deployRole, ...inputs },
    workspace: directory,
    temporaryDirectory: await mkdtemp(join(directory, `${name}-`)),
    runId,
    runAttempt,
    commit,
    signal: signal ?? new AbortController().signal,
    job,
    state,
    idToken: (audience) => requestIdToken(cloud, audience),
    onLine,
  });
  const surroundings: Surroundings = {
    variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
    clock: clockOf(clock),
    chance: () => 0.5,
    requestHandler: inProcess(cloud),
  };
  const startedAt = clock.now();
  const error = await main(step, surroundings).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  const file = step.said.outputs['report'];
  return {
    ...step.said,
    error,
    summary: step.summary.toString(),
    report: file === undefined ? undefined : (JSON.parse(await readFile(file, 'utf8')) as ReleaseReport),
    seconds: (clock.now() - startedAt) / 1000,
  };
}

async function requestIdToken(cloud: SimulatedCloud, audience: string): Promise<string> {
  const { body } = await cloud.handle({
    method: 'GET',
    path: `/_github/token?audience=${encodeURIComponent(audience)}`,
    headers: { host: '127.0.0.1', authorization: `Bearer ${cloud.jobRequestToken}` },
    body: new Uint8Array(),
  });
  return (JSON.parse(Buffer.from(body).toString()) as { value: string }).value;
}

function changesSomething({ operation, service }: LogEntry): boolean {
  return service !== 'sts' && /^(?:Create|Update|Delete|Put|Register|Deregister|Run|Stop|Tag)/.test(operation);
}
