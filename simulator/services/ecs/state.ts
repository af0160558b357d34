import type { Timer } from '../../clock.ts';
import type { Cloud } from '../../cloud.ts';
import type { RunningTask } from '../../drivers/driver.ts';
import type { Random } from '../../random.ts';
import type { ContainerDefinition, RegisterTaskDefinitionInput } from './definition-shape.ts';
import type { Names } from './names.ts';
import type { DeploymentConfiguration, LoadBalancer, ServiceRegistry } from './service-shape.ts';
import type { EcsSettings } from './settings.ts';
import type { NetworkConfiguration } from './shapes.ts';
import type { StaleReads } from './stale-reads.ts';
import type { Step } from './stages.ts';
import type { HookAction } from './strategy-shape.ts';

/** Everything ECS knows. Times are milliseconds since the epoch; answers turn them into seconds. */
export type Ecs = {
  readonly cloud: Cloud;
  readonly settings: EcsSettings;
  readonly names: Names;
  readonly clusters: Map<string, Cluster>;
  readonly families: Map<string, Family>;
  /** By ARN, stopped ones included. */
  readonly tasks: Map<string, Task>;
  /** Draws for durations. */
  readonly durations: Random;
  /** What readers still see of tasks, and of services in their answers' shape. */
  readonly staleTasks: StaleReads<Task>;
  readonly staleServices: StaleReads<object>;
  /** After so many simulated seconds. Compare no times: with a scaled clock they are not simulated ones. */
  after(seconds: number, work: () => void): Timer;
  wait(seconds: number): Promise<void>;
  /** Told after every change of a task that a service may care about. */
  readonly onTaskChange: ((task: Task) => void)[];
  /** One look of the scheduler at a service. */
  reconcile(service: EcsService): void;
};

export type Tags = readonly { key: string; value: string }[];

export type Cluster = {
  readonly name: string;
  readonly arn: string;
  readonly services: Map<string, EcsService>;
  settings: readonly unknown[];
  capacityProviders: readonly string[];
  defaultCapacityProviderStrategy: readonly unknown[];
  tags: Tags;
};

export type Family = { readonly name: string; lastRevision: number; readonly revisions: Map<number, TaskDefinition> };

export type TaskDefinition = Omit<RegisterTaskDefinitionInput, 'tags' | 'cpu' | 'memory'> & {
  readonly arn: string;
  readonly revision: number;
  readonly cpu: string;
  readonly memory: string;
  readonly registeredAt: number;
  readonly registeredBy: string;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  /** New tasks and deployments may use it: for a while also after it was deregistered. */
  usable: boolean;
  deregisteredAt?: number;
  deleteRequestedAt?: number;
  tags: Tags;
};

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';
export type Health = 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY';

export type StopCode =
  | 'TaskFailedToStart'
  | 'EssentialContainerExited'
  | 'UserInitiated'
  | 'ServiceSchedulerInitiated'
  | 'SpotInterruption'
  | 'TerminationNotice';

export type Task = {
  readonly arn: string;
  readonly id: string;
  readonly cluster: Cluster;
  readonly definition: TaskDefinition;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly network: NetworkConfiguration;
  readonly capacityProvider: string | undefined;
  readonly overrides: TaskOverrides;
  readonly executeCommand: boolean;
  readonly createdAt: number;
  readonly subnet: string;
  readonly availabilityZone: string;
  /** Present on tasks of a service. */
  readonly owner: { readonly service: EcsService; readonly deployment: Deployment } | undefined;
  readonly containers: readonly TaskContainer[];
  tags: Tags;
  status: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  running: RunningTask | undefined;
  /** Resolves when the driver has started the containers, or could not. */
  launch: Promise<unknown> | undefined;
  /** Set once by the scheduler when the task first counts as healthy. */
  provenHealthy: boolean;
  /** Set once the task has been RUNNING as long as a task without any check must be. */
  matured: boolean;
  /** Health failures are ignored: the service's grace period runs. */
  inGrace: boolean;
  /** To be replaced because it is unhealthy; the text is the reason for its stop. */
  condemned: string | undefined;
  /** To be replaced although it is well. */
  leaving: Leaving | undefined;
  stopCode?: StopCode;
  stoppedReason?: string;
  connectivityAt?: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
};

/** Why ECS replaces a task that does nothing wrong; `reason` is what it will be stopped with. */
export type Leaving = { readonly kind: 'rebalanced' | 'retired'; readonly reason: string };

export type TaskContainer = {
  readonly definition: ContainerDefinition;
  readonly arn: string;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  health: Health;
  imageDigest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
  /** Called when the container ends. */
  readonly onEnd: (() => void)[];
};

export type TaskOverrides = {
  readonly containerOverrides: readonly ContainerOverride[];
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
  readonly taskRoleArn?: string | undefined;
  readonly executionRoleArn?: string | undefined;
};

export type ContainerOverride = {
  readonly name: string;
  readonly command?: readonly string[] | undefined;
  readonly environment?: readonly { name: string; value: string }[] | undefined;
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
  readonly memoryReservation?: number | undefined;
};

/** What a change of starts a deployment. */
export type ServiceTarget = {
  readonly definition: TaskDefinition;
  readonly network: NetworkConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly registries: readonly ServiceRegistry[];
  readonly platformVersion: string;
};

export type EcsService = {
  readonly name: string;
  readonly arn: string;
  readonly cluster: Cluster;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly clientToken: string | undefined;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  target: ServiceTarget;
  desiredCount: number;
  configuration: DeploymentConfiguration;
  options: ServiceOptions;
  controller: DeploymentController;
  /** ECS: owned by Express Mode, which changes it by calls of its own. */
  managedBy: 'CUSTOMER' | 'ECS';
  tags: Tags;
  /** PRIMARY first, then ACTIVE ones, newest first. */
  deployments: Deployment[];
  /** Most recent deployment that completed: where a rollback goes, if it still is COMPLETED. */
  lastCompleted: Deployment | undefined;
  readonly serviceDeployments: ServiceDeployment[];
  /** Newest first. */
  readonly events: ServiceEvent[];
  /** Tasks that are not STOPPED yet, oldest first. */
  readonly tasks: Set<Task>;
  /** Whether the scheduler is about to look at it. */
  waking: boolean;
  /** Whether it has reached a steady state, and said so. */
  steady: boolean;
};

/** Stored and shown; they start no deployment. */
export type ServiceOptions = {
  readonly launchType: 'FARGATE' | undefined;
  readonly capacityProviderStrategy: readonly { capacityProvider: string; weight: number; base: number }[];
  readonly healthCheckGracePeriodSeconds: number;
  readonly enableExecuteCommand: boolean;
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: string;
  readonly availabilityZoneRebalancing: string;
};

export type DeploymentController = 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';

export type RolloutState = 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';

export type Deployment = {
  readonly id: string;
  readonly target: ServiceTarget;
  readonly createdAt: number;
  readonly revisionArn: string;
  /** Image digests by container name, resolved by the first task. */
  readonly digests: Map<string, string>;
  status: 'PRIMARY' | 'ACTIVE';
  rolloutState: RolloutState;
  rolloutStateReason: string;
  updatedAt: number;
  desiredCount: number;
  failedTasks: number;
  /** Its tasks are registered in the alternate target groups: every other blue/green deployment's are. */
  readonly usesAlternate: boolean;
  /** False until its first move, and after it failed. */
  launching: boolean;
  /** Consecutive tasks that never ran. */
  startFailures: number;
  /** Nothing is started until a timer ends this: back-off, or a task that could not be placed. */
  paused: boolean;
};

export type ServiceDeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

export type MonitorStatus = 'TRIGGERED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'DISABLED';

export type StageProgress = {
  readonly route: readonly Step[];
  /** Position in the route. */
  at: number;
  /** Percent of the traffic that the target revision is to have; the former one has the rest. */
  testWeight: number;
  productionWeight: number;
  readonly former: Deployment | undefined;
  readonly hooks: PauseHook[];
};

export type PauseHook = {
  readonly id: string;
  /** Position of its stage in the route. */
  readonly at: number;
  readonly expiresAt: number;
  readonly timeoutAction: HookAction;
  status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  /** Once the last hook of its stage is answered. */
  goOn(): void;
};

export type ServiceDeployment = {
  readonly arn: string;
  readonly service: EcsService;
  readonly target: Deployment;
  readonly sources: readonly Deployment[];
  readonly createdAt: number;
  status: ServiceDeploymentStatus;
  statusReason?: string;
  updatedAt: number;
  startedAt?: number;
  finishedAt?: number;
  stoppedAt?: number;
  readonly monitors: Record<'breaker' | 'alarms', MonitorStatus>;
  triggeredAlarms: readonly string[];
  /** Alarms are watched for a while after everything else is done. */
  bake: 'due' | 'running' | 'over';
  /** Of the strategies that shift traffic; present once the deployment has begun. */
  stages?: StageProgress;
  rollback?: { readonly reason: string; readonly startedAt: number; readonly to: Deployment | undefined };
};

export type ServiceEvent = { readonly id: string; readonly createdAt: number; readonly message: string };
