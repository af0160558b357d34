import type { Chance, Clock, Log } from '../core/world.ts';
import { defaultDeadlineMs, retrying } from './retry.ts';

/** The only way to AWS: one account, one region, one identity. Clients are made from `configuration` and used through `send`. */
export type Aws = {
  readonly region: string;
  /** For `new ECSClient(aws.configuration)`. One attempt each: repeating is `send`'s. */
  readonly configuration: ClientConfiguration;
  readonly clock: Clock;
  readonly chance: Chance;
  /**
   * Sends one command. Throttles, 5xx, resets and time-outs are waited out until the deadline (two minutes unless
   * told); what AWS refuses for good, such as AccessDenied or a validation error, is thrown at once as E_REMOTE with
   * the SDK's error as its cause (`isNamed` looks through). With `repeat: 'never'` a lost answer throws LostAnswer.
   */
  send<Output>(client: AwsClient, command: AwsCommand<Output>, options?: SendOptions): Promise<Output>;
};

export type SendOptions = {
  readonly repeat?: 'always' | 'never';
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Asked before every attempt, repeats too; what it throws ends the call. */
  readonly beforeAttempt?: () => Promise<void>;
};

export type ClientConfiguration = {
  readonly region: string;
  readonly maxAttempts: 1;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  readonly requestHandler: RequestHandler;
};

/** Credentials as the SDK asks for them before each request. */
export type Credentials = {
  (): Promise<AwsKeys>;
  /** Forgets what it has, so that the next request brings fresh ones. */
  readonly renew?: () => void;
  /** Tells the SDK not to keep a copy of its own. */
  readonly memoized?: boolean;
};

export type AwsKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

/** Any of the SDK's clients, by the part that is needed here. */
export type AwsClient = {
  readonly config: { readonly serviceId: string };
  send(command: never, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
};

/** Any of the SDK's commands; its output type is found in what its handler resolves to. */
export type AwsCommand<Output> = {
  resolveMiddleware(stack: never, configuration: never, options: never): (input: never) => Promise<{ output: Output }>;
};

/** An SDK request handler, or the settings of the default one. */
export type RequestHandler = NonNullable<import('@aws-sdk/client-sts').STSClientConfig['requestHandler']>;

export type AwsOptions = {
  readonly region: string;
  /** Absent: the SDK's default chain. */
  readonly credentials?: Credentials | undefined;
  /** Absent: AWS, or what AWS_ENDPOINT_URL says. */
  readonly endpoint?: string | undefined;
  readonly requestHandler?: RequestHandler | undefined;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
};

export function openAws({ region, credentials, endpoint, requestHandler, clock, chance, log }: AwsOptions): Aws {
  return {
    region,
    clock,
    chance,
    configuration: {
      region,
      maxAttempts: 1,
      requestHandler: requestHandler ?? patience,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    },
    send: (client, command, { repeat = 'always', deadlineMs = defaultDeadlineMs, signal, beforeAttempt } = {}) =>
      retrying(
        operationName(client, command),
        () => sendOnce(client, command, signal),
        { repeat, deadlineMs, signal, beforeAttempt, renewCredentials: credentials?.renew },
        { clock, chance, log },
      ),
  };
}

/**
 * The same session, but `before` is asked ahead of every attempt of a call that changes something. Clients are shared
 * with the session that it guards.
 */
export function guardWrites(aws: Aws, before: (operation: string) => Promise<void>): Aws {
  return {
    ...aws,
    send(client, command, options = {}) {
      const operation = operationName(client, command);
      if (isRead(operation)) return aws.send(client, command, options);
      return aws.send(client, command, { ...options, beforeAttempt: () => before(operation) });
    },
  };
}

/** By AWS's own habit of naming; what is not known to be a read counts as a change. */
function isRead(operation: string): boolean {
  return /:(?:Get|List|Describe|BatchGet|BatchCheck|Filter|Lookup|Search|Simulate|Query)(?![a-z])/.test(operation);
}

/** Without limits a connection that hangs would hold the whole job. */
export const patience = {
  connectionTimeout: 5_000,
  requestTimeout: 30_000,
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
};

function sendOnce<Output>(
  client: AwsClient,
  command: AwsCommand<Output>,
  signal: AbortSignal | undefined,
): Promise<Output> {
  const options = signal === undefined ? {} : { abortSignal: signal };
  // The SDK's `send` is overloaded beyond what inference follows; the command alone decides the output.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return client.send(command as never, options) as Promise<Output>;
}

/** IAM's name for it, e.g. `ecs:DescribeServices`. */
function operationName(client: AwsClient, command: object): string {
  const service = client.config.serviceId.toLowerCase().replaceAll(' ', '');
  return `${iamPrefixes[service] ?? service}:${command.constructor.name.replace(/Command$/, '')}`;
}

/** Where IAM's prefix is not the service's name. */
const iamPrefixes: Readonly<Record<string, string>> = {
  cloudwatchlogs: 'logs',
  elasticloadbalancingv2: 'elasticloadbalancing',
  applicationautoscaling: 'application-autoscaling',
};
