import type { z } from 'zod';
import type { AuthorizationRequest, ConditionValues } from './authorization.ts';
import type { Cloud, ResourceProvider } from './cloud.ts';
import type { Principal } from './principal.ts';

export type { Principal } from './principal.ts';

export type Call = {
  readonly cloud: Cloud;
  readonly principal: Principal;
  readonly requestId: string;
  /** Where the caller has reached the cloud: host and port. */
  readonly host: string;
};

/**
 * One API operation. `input` is a strict zod shape: what it does not know is refused with the service's own
 * validation error. `resources` names the ARNs that the call touches: IAM is asked about each ('*' when absent).
 * `secret` members never reach the request log.
 */
export type Operation<Input = any> = {
  input: z.ZodType<Input>;
  run(input: NoInfer<Input>, call: Call): unknown;
  resources?(input: NoInfer<Input>, call: Call): readonly string[];
  /** IAM action when it is not `<service>:<Operation>`. */
  action?: string;
  /** What the call says about itself, e.g. `{ 'ecs:cluster': arn }`; IAM is told what the action carries of it. */
  conditions?(input: NoInfer<Input>, call: Call): ConditionValues;
  /** What IAM is asked besides: roles that are passed, tags that are brought along. */
  dependents?(input: NoInfer<Input>, call: Call): readonly AuthorizationRequest[];
  /** Answers callers who sign nothing (AssumeRoleWithWebIdentity); everybody else must prove who they are. */
  unsigned?: boolean;
  secretMembers?: readonly string[];
};

/** A service: how it is addressed on the wire, and what it can do. State lives in `cloud.<service>`. */
export type Service = {
  /** IAM prefix and name in the request log: `ecs`, `ecr`, `ssm`, … */
  name: string;
  protocol: 'json-1.1' | 'query' | 'ec2';
  /** `X-Amz-Target` prefix for JSON 1.1 (AmazonEC2ContainerServiceV20141113), API version for the others (2011-06-15). */
  target: string;
  /** Error code for malformed input: InvalidParameterException, ValidationException, … */
  validationError: string;
  operations: Readonly<Record<string, Operation>>;
};

/** What every service folder makes: how it answers, what it offers the others, and the resources it can provision. */
export type ServiceModule<State> = {
  readonly services: readonly Service[];
  readonly state: State;
  readonly resources: Readonly<Record<string, ResourceProvider>>;
};

/** Ties an operation's input type to its shape. */
export function operation<Input>(spec: Operation<Input>): Operation {
  return spec as Operation;
}

/** An error as AWS would answer it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** For what AWS has and the simulator has not: loud, never a quiet success. */
export function notSimulated(what: string): AwsError {
  return new AwsError('NotSimulatedException', `The simulator does not simulate ${what}.`, { status: 501 });
}
