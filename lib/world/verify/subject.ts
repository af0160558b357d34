import type { Reading } from '../../aws/impatient.ts';
import type { TaskDefinition } from '../../aws/task-definition-compose.ts';
import type { Contract } from '../../core/contract.ts';
import type { CapacityProvider } from '../../core/fargate.ts';
import type { ReleasedService } from '../../core/ledger.ts';

/** One task definition that shall run, and what it wants around it. */
export type Subject = {
  /** What starts its tasks: an ECS service, or RunTask. */
  readonly kind: 'service' | 'migration';
  /** Of the service, as the manifest has it: where a finding is. */
  readonly name: string;
  /** As it will be registered. */
  readonly definition: TaskDefinition;
  readonly repository: string;
  readonly digest: string;
  /** Text of its image's manifest or index; undefined when ECR has no such image. */
  readonly image: Reading<string | undefined>;
  /** What the service's tasks run on. */
  readonly capacity: CapacityProvider;
  readonly securityGroups: readonly string[];
  /** What is around it comes from the contract; else others have set it, and mean it. */
  readonly isOwn: boolean;
};

/** What is verified, and where it shall run. */
export type TaskWishes = {
  readonly contract: Contract;
  /** Variables that no image may set. */
  readonly forbiddenEnvironment: readonly string[];
  readonly subjects: readonly Subject[];
  /** Images of the current release: a digest that is known from another repository was mixed up. */
  readonly released: readonly Pick<ReleasedService, 'repository' | 'digest'>[];
};

/** The platform that Fargate runs its tasks on. */
export function platformOf({ definition }: Pick<Subject, 'definition'>): string {
  return definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}
