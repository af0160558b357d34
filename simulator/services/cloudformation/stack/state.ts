import type { Provisioned, ResourceProperties } from '../../../cloud.ts';
import type { ResourceDeclaration, Template } from '../template/model.ts';
import type { ParameterValues } from '../template/parameters.ts';

export type Stack = {
  readonly id: string;
  readonly name: string;
  readonly created: Date;
  updated: Date | undefined;
  deleted: Date | undefined;
  status: StackStatus;
  statusReason: string | undefined;
  terminationProtection: boolean;
  /** What stands; undefined before the first deployment has ended. */
  deployed: Deployed | undefined;
  /** By logical id, in the order in which they were made. */
  resources: Map<string, StackResource>;
  outputs: readonly Output[];
  /** Oldest first. */
  readonly events: StackEvent[];
  readonly changeSets: Map<string, ChangeSet>;
  /** Resolves when the operation that is under way has ended. */
  idle: Promise<void>;
};

/** What a deployment was told. */
export type Deployed = {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly tags: Tags;
  readonly capabilities: readonly string[];
  readonly roleArn: string | undefined;
  readonly onFailure: OnFailure;
  /** Names of the exports of other stacks that it uses. */
  readonly imports: ReadonlySet<string>;
};

/** What somebody wants a stack to be: everything that can be known before the first resource is made. */
export type Target = {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly conditions: Readonly<Record<string, boolean>>;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  /** Logical ids, each after those that it names. */
  readonly order: readonly string[];
  readonly tags: Tags;
  readonly capabilities: readonly string[];
  readonly roleArn: string | undefined;
  readonly onFailure: OnFailure;
};

/** What a deployment does to one resource. */
export type Change = {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string | undefined;
  /** Only of `Modify`: whether another resource takes its place. */
  readonly replaces: boolean;
  /** Names of the properties that change. */
  readonly properties: readonly string[];
};

/** What a stack would become, and what that changes. */
export type ChangeSet = {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly created: Date;
  readonly kind: 'CREATE' | 'UPDATE';
  readonly target: Target;
  readonly changes: readonly Change[];
  /** Nothing changes: it cannot be executed. */
  readonly isEmpty: boolean;
  state: 'available' | 'executed' | 'obsolete';
};

export type Tags = readonly { readonly Key: string; readonly Value: string }[];
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_IN_PROGRESS`
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_COMPLETE`
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_FAILED`
  | `${'UPDATE' | 'UPDATE_ROLLBACK'}_COMPLETE_CLEANUP_IN_PROGRESS`;

export type ResourceStatus =
  `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}` | 'DELETE_SKIPPED';

export type StackResource = {
  readonly logicalId: string;
  readonly type: string;
  readonly declaration: ResourceDeclaration;
  readonly made: Provisioned;
  /** Evaluated, with dynamic references as they stand in the template: CloudFormation compares these. */
  readonly properties: ResourceProperties;
  /** What the service was given: dynamic references resolved, a name made up where none was said. */
  readonly given: ResourceProperties;
  readonly isSimulated: boolean;
  readonly updated: Date;
  status: ResourceStatus;
};

export type Output = {
  readonly key: string;
  readonly value: string;
  readonly description: string | undefined;
  readonly exportName: string | undefined;
};

export type StackEvent = {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly time: Date;
  readonly status: string;
  readonly reason: string | undefined;
  readonly token: string | undefined;
};

export const isDeleted = ({ status }: Stack) => status === 'DELETE_COMPLETE';
export const isBusy = ({ status }: Stack) => status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
