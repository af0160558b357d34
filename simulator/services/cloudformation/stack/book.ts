import type { Cloud, ResourceProvider } from '../../../cloud.ts';
import { invalid } from '../errors.ts';
import { isDeleted } from './state.ts';
import type { Output, ResourceStatus, Stack, StackStatus } from './state.ts';

/** Every stack of the account, and what they are made with. */
export class StackBook {
  readonly cloud: Cloud;
  /** By type: what the simulator's services make. */
  readonly providers: () => Readonly<Record<string, ResourceProvider>>;
  private readonly stacks: Stack[] = [];

  constructor(cloud: Cloud, providers: StackBook['providers']) {
    this.cloud = cloud;
    this.providers = providers;
  }

  all(): readonly Stack[] {
    return this.stacks;
  }

  /** By name the one that stands; by id also one that was deleted. */
  find(nameOrId: string): Stack | undefined {
    return this.stacks.findLast((stack) => stack.id === nameOrId || (stack.name === nameOrId && !isDeleted(stack)));
  }

  /** Throws ValidationError. */
  require(nameOrId: string): Stack {
    const found = this.find(nameOrId);
    if (found === undefined) throw invalid(`Stack with id ${nameOrId} does not exist`);
    return found;
  }

  create(name: string): Stack {
    const stack: Stack = {
      id: this.arnOf('stack', name),
      name,
      created: this.now(),
      updated: undefined,
      deleted: undefined,
      status: 'REVIEW_IN_PROGRESS',
      statusReason: undefined,
      terminationProtection: false,
      deployed: undefined,
      resources: new Map(),
      outputs: [],
      events: [],
      changeSets: new Map(),
      idle: Promise.resolve(),
    };
    this.stacks.push(stack);
    return stack;
  }

  now(): Date {
    return new Date(this.cloud.clock.now());
  }

  /** A new ARN of a stack or a change set. */
  arnOf(kind: 'stack' | 'changeSet', name: string): string {
    const { region, account } = this.cloud;
    return `arn:aws:cloudformation:${region}:${account}:${kind}/${name}/${this.cloud.random('stacks').uuid()}`;
  }

  exports(): readonly (Output & { readonly stack: Stack; readonly exportName: string })[] {
    return this.stacks
      .filter((stack) => !isDeleted(stack))
      .flatMap((stack) =>
        stack.outputs.flatMap((output) =>
          output.exportName === undefined ? [] : [{ ...output, stack, exportName: output.exportName }],
        ),
      );
  }

  /** Stacks that use an export. */
  importersOf(exportName: string): readonly Stack[] {
    return this.stacks.filter((stack) => !isDeleted(stack) && stack.deployed?.imports.has(exportName) === true);
  }

  /** Changes the stack's status and writes it down. */
  enter(stack: Stack, status: StackStatus, reason?: string): void {
    stack.status = status;
    stack.statusReason = reason;
    const { name: logicalId, id: physicalId } = stack;
    this.note(stack, { logicalId, physicalId, type: 'AWS::CloudFormation::Stack', status, reason });
  }

  note(
    stack: Stack,
    event: {
      logicalId: string;
      physicalId: string;
      type: string;
      status: StackStatus | ResourceStatus;
      reason?: string | undefined;
    },
  ): void {
    const id = `${event.logicalId}-${event.status}-${stack.events.length}`;
    stack.events.push({ id, time: this.now(), token: undefined, reason: undefined, ...event });
  }
}
