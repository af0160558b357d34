import { ZodError, z } from 'zod';
import { virtualClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Cloud, Provisioned, Resource } from './cloud.ts';
import { controlHandler } from './control.ts';
import type { Controlled } from './control.ts';
import { createModelDriver } from './drivers/model.ts';
import type { TaskDriver } from './drivers/driver.ts';
import { createFaults } from './faults.ts';
import type { FaultRule, Faults } from './faults.ts';
import { makeResource } from './make-resource.ts';
import { AwsError, notSimulated } from './operation.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';
import { createRequestLog } from './request-log.ts';
import type { LogEntry, RequestLog } from './request-log.ts';
import { createServices } from './services/index.ts';
import type { Services } from './services/index.ts';
import { createHandler } from './transport/handler.ts';
import { listen } from './transport/http.ts';
import type { Listening } from './transport/http.ts';

export type SimulatorOptions = {
  /** Decides every draw: durations, ids, faults. Default 1. */
  readonly seed?: number;
  /** Default 111122223333. */
  readonly account?: string;
  /** Default eu-west-1. */
  readonly region?: string;
  /** Default: a virtual clock that starts on 1 January 2026. */
  readonly clock?: Clock;
  /** Default: the model driver. */
  readonly driver?: (cloud: Cloud) => TaskDriver;
  readonly faults?: readonly FaultRule[];
  /** Whether the account has a provider for GitHub's tokens before anybody makes one. Default true. */
  readonly trustsGithub?: boolean;
  /** Told of every call. */
  readonly log?: (entry: LogEntry) => void;
};

/** An AWS account in one region, and GitHub's token issuer, in this process. */
export function simulateAws(options: SimulatorOptions = {}): SimulatedCloud {
  return new SimulatedCloud(options);
}

export class SimulatedCloud implements Controlled {
  readonly account: string;
  readonly region: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly iam: Cloud['iam'];
  readonly github: Cloud['github'];
  readonly ecr: Cloud['ecr'];
  readonly ssm: Cloud['ssm'];
  readonly secrets: Cloud['secrets'];
  readonly logs: Cloud['logs'];
  readonly elb: Cloud['elb'];
  readonly discovery: Cloud['discovery'];
  readonly rds: Cloud['rds'];
  readonly ec2: Cloud['ec2'];
  readonly alarms: Cloud['alarms'];
  readonly ecs: Services['ecs']['state'];
  readonly autoscaling: Services['autoscaling']['state'];
  /** Stacks, for whoever runs the simulator. */
  readonly cloudformation: Services['cloudformation']['state'];
  /** Whether a service holds its callers to its rates. */
  readonly rates: Services['rates'];
  readonly handle: Cloud['handle'];

  private readonly streams = new Map<string, Random>();
  private readonly listeners: Listening[] = [];
  private readonly services: Services;
  private readonly log: RequestLog;
  private readonly makeDriver: (cloud: Cloud) => TaskDriver;
  private madeDriver: TaskDriver | undefined;
  private faults: Faults;

  constructor(options: SimulatorOptions) {
    this.account = options.account ?? '111122223333';
    this.region = options.region ?? 'eu-west-1';
    this.seed = options.seed ?? 1;
    this.clock = options.clock ?? virtualClock();
    this.makeDriver = options.driver ?? createModelDriver;
    this.log = createRequestLog(() => this.clock.now(), options.log ?? (() => undefined));
    this.faults = createFaults(options.faults ?? [], this.clock, this.random('faults'));

    this.services = createServices(this, { trustsGithub: options.trustsGithub ?? true });
    this.iam = this.services.iam.state;
    this.github = this.services.github.state;
    this.ecr = this.services.ecr.state;
    this.ssm = this.services.ssm.state;
    this.secrets = this.services.secrets.state;
    this.logs = this.services.logs.state;
    this.elb = this.services.elb.state;
    this.discovery = this.services.discovery.state;
    this.rds = this.services.rds.state;
    this.ec2 = this.services.ec2.state;
    this.alarms = this.services.cloudwatch.state;
    this.ecs = this.services.ecs.state;
    this.autoscaling = this.services.autoscaling.state;
    this.cloudformation = this.services.cloudformation.state;
    this.rates = this.services.rates;
    const control = controlHandler(this);
    const serve = createHandler({
      cloud: this,
      protocols: this.services.protocols,
      faults: () => this.faults,
      log: this.log,
    });
    this.handle = async (request) => (await control(request)) ?? serve(request);
  }

  /** The stream of this concern; the same one every time, so that its draws go on. */
  random(concern: string): Random {
    const stream = this.streams.get(concern) ?? seededRandom(this.seed, concern);
    this.streams.set(concern, stream);
    return stream;
  }

  get driver(): TaskDriver {
    return (this.madeDriver ??= this.makeDriver(this));
  }

  /** Makes resources one after the other. Throws for the first that is unknown or wrong, naming it. */
  async provision(resources: readonly Resource[]): Promise<Readonly<Record<string, Provisioned>>> {
    const { resources: providers } = this.services;
    const made: Record<string, Provisioned> = {};
    for (const resource of resources) {
      const { id, type } = resource;
      const provider = Object.hasOwn(providers, type) ? providers[type] : undefined;
      if (provider === undefined) throw notSimulated(`resources of type ${type} (${id})`);
      try {
        made[id] = await makeResource(this, resource, provider);
      } catch (error) {
        throw named(error, `${id} (${type})`);
      }
    }
    return made;
  }

  /** Serves the cloud over HTTP until it is closed. Port 0 takes a free one. */
  async listen({ host = '127.0.0.1', port }: { host?: string; port: number }): Promise<Listening> {
    const listening = await listen(this.handle, { host, port });
    this.listeners.push(listening);
    return listening;
  }

  setFaults(rules: readonly FaultRule[]): void {
    this.faults.close();
    this.faults = createFaults(rules, this.clock, this.random('faults'));
  }

  calls(): Readonly<Record<string, number>> {
    return this.log.calls();
  }

  describeJob(job: unknown): void {
    this.services.github.describeJob(job);
  }

  describeHistory(commits: unknown): void {
    this.services.github.describeHistory(commits);
  }

  /** Contents of the repository's files by path, by commit. */
  describeFiles(files: Parameters<Services['github']['describeFiles']>[0]): void {
    this.services.github.describeFiles(files);
  }

  /** What is said on the repository's issues and pull requests. */
  get githubComments(): Services['github']['comments'] {
    return this.services.github.comments;
  }

  /** What the repository's page of deployments shows, newest first. */
  get githubDeployments(): ReturnType<Services['github']['deployments']['list']> {
    return this.services.github.deployments.list();
  }

  get jobApiToken(): string {
    return this.services.github.apiToken;
  }

  get jobRequestToken(): string {
    return this.services.github.requestToken;
  }

  async close(): Promise<void> {
    this.faults.close();
    await Promise.all(this.listeners.map((it) => it.close()));
    await this.ecs.close();
    this.elb.close();
    await this.madeDriver?.close();
  }
}

function named(error: unknown, what: string): Error {
  if (error instanceof ZodError) return new AwsError('ValidationError', `${what}: ${z.prettifyError(error)}`);
  if (error instanceof AwsError) return new AwsError(error.code, `${what}: ${error.message}`, { status: error.status });
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
