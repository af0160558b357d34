import type { Authorization, AuthorizationRequest, ConditionValues, Verdict } from './authorization.ts';
import type { Clock } from './clock.ts';
import type { PulledImage, TaskDriver } from './drivers/driver.ts';
import type { Principal } from './principal.ts';
import type { Random } from './random.ts';
import type { Provisioned, Resource } from './resource.ts';

export type { Provisioned, Resource } from './resource.ts';

/** The whole simulated account in one region: what the services share, and what each offers to the others. */
export type Cloud = {
  readonly account: string;
  readonly region: string;
  readonly seed: number;
  readonly clock: Clock;
  random(concern: string): Random;
  /** The driver is made on first use, after the services. */
  readonly driver: TaskDriver;

  readonly iam: Iam;
  readonly github: Github;
  readonly ecr: Ecr;
  readonly ssm: Ssm;
  readonly secrets: Secrets;
  readonly logs: Logs;
  readonly elb: Elb;
  readonly discovery: Discovery;
  readonly rds: Rds;
  readonly ec2: Ec2;
  readonly alarms: Alarms;
  readonly ecs: EcsTruth;

  /** One request, as it stands on the wire: the same path in process and over HTTP (faults and log included). */
  handle(request: WireRequest): Promise<WireResponse>;
  /** Makes resources as CloudFormation would, from literal properties. */
  provision(resources: readonly Resource[]): Promise<Readonly<Record<string, Provisioned>>>;
  close(): Promise<void>;
};

export type WireRequest = {
  readonly method: string;
  /** Path with query string. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type WireResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Set by a fault: the connection breaks instead of (or in the middle of) an answer. */
  readonly broken?: 'reset' | 'truncated' | 'hang';
};

export type ResourceProperties = Readonly<Record<string, unknown>>;

/** How a service makes, changes and removes one type of resource; properties are those of a template, every value literal. */
export type ResourceProvider = {
  /** Where the resource's own name is: a template that leaves it out gets one made up. */
  readonly nameProperty?: string;
  /** A made up name is in small letters and has no more characters than this. */
  readonly namesAre?: { readonly lowerCase?: boolean; readonly longest?: number };
  create(properties: ResourceProperties, cloud: Cloud): Provisioned | Promise<Provisioned>;
  /** What can only be changed by a new resource in the place of the old one. */
  readonly fixed?: readonly string[];
  /** Changes it where it is; without it every change is a new resource. Answers the attributes after the change. */
  update?(change: ResourceChange, cloud: Cloud): Provisioned | Promise<Provisioned>;
  /** Throws the service's own refusal, e.g. of a bucket that is not empty. Without it, the resource is only forgotten. */
  remove?(made: Provisioned, properties: ResourceProperties, cloud: Cloud): void | Promise<void>;
};

export type ResourceChange = {
  readonly made: Provisioned;
  readonly before: ResourceProperties;
  readonly properties: ResourceProperties;
};

export type Iam = {
  roleByArn(arn: string): Role | undefined;
  /** Throws AccessDeniedException with AWS's sentence for the first that is not allowed. `cause`: see Authorization. */
  authorize(principal: Principal, cause: string, requests: readonly AuthorizationRequest[]): void;
  /** What the policies say of one request. */
  verdict(principal: Principal, cause: string, request: AuthorizationRequest): Verdict;
  /** Whether the role's trust policy lets somebody become it; nobody becomes a role that is not there. */
  trusts(roleArn: string, applicant: Applicant, cause: string, conditions: ConditionValues): boolean;
  /** For what AWS does not judge by policies and still counts as a request. */
  note(principal: Principal, cause: string, request: AuthorizationRequest): void;
  /** All that was asked so far, equal requests once. */
  authorizations(): readonly Authorization[];
  /** Temporary credentials of a role, as a task or an assumed session holds them (3600 s unless told). */
  sessionFor(roleArn: string, sessionName: string, durationSeconds?: number): SessionCredentials;
  /** The secret behind an access key id; undefined when nobody has it. */
  keyOf(accessKeyId: string): AccessKey | undefined;
  /** Client ids (audiences) of an OIDC provider of the account; undefined when the account does not know it. */
  audiencesOf(issuerHost: string): readonly string[] | undefined;
};

/** Who wants to become a role: an identity provider by ARN, a service by name, a role or an account by ARN. */
export type Applicant = { readonly kind: 'Federated' | 'Service' | 'AWS'; readonly id: string };

/** In the shape that container credentials have. */
export type SessionCredentials = {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  /** ISO 8601. */
  readonly Expiration: string;
};

export type AccessKey = {
  readonly secret: string;
  /** What `x-amz-security-token` must say; undefined for long-lived keys. */
  readonly sessionToken?: string;
  readonly principal: Principal;
};

export type Role = {
  readonly arn: string;
  readonly name: string;
  readonly trust: Readonly<Record<string, unknown>>;
  readonly policies: readonly Readonly<Record<string, unknown>>[];
  readonly maxSessionSeconds: number;
};

/** GitHub's OIDC issuer. */
export type Github = {
  readonly issuer: string;
  /** Public keys, as the issuer's `/.well-known/jwks` lists them. */
  keys(): readonly JsonWebKeyWithId[];
};

export type JsonWebKeyWithId = { readonly kid: string; readonly kty: string; readonly n: string; readonly e: string };

export type Ecr = {
  /**
   * An image by `<registry>/<repository>@sha256:…` or `:tag`. Throws an Error whose message is what ECS puts
   * behind `CannotPullContainerError: `. `os`/`architecture` choose the child of an index.
   */
  pull(reference: string, platform: { os: string; architecture: string }): PulledImageWithConfig;
};

export type PulledImageWithConfig = PulledImage & {
  /** Digest of the manifest that was asked for (an index keeps its own) and of the one that runs. */
  readonly requestedDigest: string;
  readonly compressedBytes: number;
  readonly config: {
    readonly entrypoint: readonly string[];
    readonly command: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly workingDirectory: string;
    readonly user: string;
  };
};

export type Ssm = {
  /** May be changed at any time: for so long a read shows what was there before the last write. */
  readonly settings: { readLagSeconds: number; historyLagSeconds: number };
  /** By name or full ARN; undefined when absent. */
  valueOf(nameOrArn: string): string | undefined;
};

export type Secrets = {
  /** By complete ARN, optionally with `:json-key:version-stage:version-id`, as a task definition's valueFrom. Throws an Error with the text ECS shows. */
  valueFrom(valueFrom: string): string;
  /** The complete ARN that a valueFrom refers to, for the authorisation check; undefined when nothing matches. */
  arnOf(valueFrom: string): string | undefined;
};

export type Logs = {
  hasGroup(group: string): boolean;
  append(group: string, stream: string, line: string): void;
};

export type Elb = {
  targetGroup(
    arn: string,
  ): { readonly arn: string; readonly port: number; readonly listenerArns: readonly string[] } | undefined;
  register(targetGroupArn: string, target: Target): void;
  /** Draining begins now; resolves when the target is unused. */
  deregister(targetGroupArn: string, target: Target): Promise<void>;
  health(targetGroupArn: string, target: Target): 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';
  /** Why a target is unhealthy, as ECS's event puts it. */
  reason(targetGroupArn: string, target: Target): string;
  /** Called whenever a target's health changes. */
  onChange(listener: (targetGroupArn: string, target: Target) => void): void;
  /** Where the load balancer's listener rules send a request now, round robin over healthy targets. */
  route(loadBalancerArn: string, path: string): Target | undefined;
  loadBalancers(): readonly { readonly arn: string; readonly name: string; readonly dnsName: string }[];
  /** Ends every health check. */
  close(): void;
};

/** `probe` is how the load balancer's health check reaches the target. */
export type Target = {
  readonly id: string;
  readonly port: number;
  readonly probe: (path: string, timeoutMs: number) => Promise<number | undefined>;
};

export type Discovery = {
  /** A Cloud Map service by ARN, as `serviceRegistries[].registryArn`. */
  service(arn: string): { readonly name: string; readonly namespace: string } | undefined;
  register(serviceArn: string, instanceId: string, address: string): void;
  deregister(serviceArn: string, instanceId: string): void;
  /** Addresses of a name such as `svc-auth.smartboard.internal`; also fixed names such as a database endpoint. */
  resolve(name: string): readonly string[];
  /** A name that always resolves to one address (database, cache, bucket endpoints). */
  fix(name: string, address: string): void;
};

export type Rds = {
  /** By identifier. */
  cluster(identifier: string):
    | {
        readonly identifier: string;
        readonly host: string;
        readonly port: number;
        readonly engine: string;
        readonly database: string;
      }
    | undefined;
};

/** Which subnets and security groups the account has, by id. */
export type Ec2 = {
  readonly subnets: ReadonlyMap<string, unknown>;
  readonly securityGroups: ReadonlyMap<string, unknown>;
  /** Something takes that many of a subnet's addresses. */
  occupy(subnet: string, addresses: number): void;
};

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type Alarms = {
  /** Sets the state of a CloudWatch alarm, making it if need be. */
  set(name: string, state: AlarmState): void;
  /** Which of these are in ALARM; one that nobody made is not. */
  inAlarm(names: readonly string[]): readonly string[];
};

/** What really runs, for the simulator's own judgement of a report. */
export type EcsTruth = {
  truth(): readonly ServiceTruth[];
  /** How a task ended, or that it has not; undefined for one that never was. */
  taskTruth(arn: string): TaskTruth | undefined;
  /** An ACTIVE service as an autoscaler sees it. */
  scalable(cluster: string, service: string): ScalableService | undefined;
  close(): Promise<void>;
};

export type ScalableService = {
  readonly desiredCount: number;
  readonly targetGroupArns: readonly string[];
  scaleTo(desiredCount: number): void;
};

/** Exit codes of the essential containers; undefined for one that never ran or was lost. */
export type TaskTruth = { readonly lastStatus: string; readonly exitCodes: readonly (number | undefined)[] };

export type ServiceTruth = {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly deploymentId: string;
  readonly rolloutState: string | undefined;
  readonly desired: number;
  readonly running: number;
  /** Digests of what the running tasks run, essential containers only; without what an early success still cleans up. */
  readonly runningDigests: readonly string[];
  readonly deployments: number;
  /** COMPLETED by early success criteria: the rest is still started, and the old cleaned up. */
  readonly completedEarly: boolean;
  /** One word a progress line can show: `pending`, `starting`, `running`, `healthy`, `unhealthy`, `draining`. */
  readonly tasks: readonly {
    readonly id: string;
    readonly lastStatus: string;
    readonly health: string;
    readonly taskDefinition: string;
  }[];
};
