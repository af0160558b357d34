import { ActionError } from '../core/errors.ts';

/** An answer that never came, to a call that must not be made twice. Whoever sent it looks at AWS before going on. */
export class LostAnswer extends ActionError {
  readonly operation: string;

  constructor(operation: string, cause: unknown) {
    super('E_UNKNOWN', `No answer to ${operation}: it may or may not have happened.`, {
      remedy: 'Look at the state in AWS, or run the job again: it finds out first.',
      cause,
    });
    this.name = 'LostAnswer';
    this.operation = operation;
  }
}

/** Whether AWS gave the error one of these names, e.g. `ResourceNotFoundException`; looks through our own wrapping. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  const source = sourceOf(error);
  return source instanceof Error && names.includes(source.name);
}

/** AWS's name for the error, without its sentence: that may quote what it complains about. */
export function awsErrorName(error: unknown): string {
  return sourceName(error);
}

/** AWS's name for the error and its sentence, e.g. `ClusterNotFoundException: Cluster not found.` */
export function describeAwsError(error: unknown): string {
  const source = sourceOf(error);
  if (!(source instanceof Error)) return 'an error without a description';
  const code = 'code' in source && typeof source.code === 'string' ? source.code : undefined;
  const name = source.name === 'Error' && code !== undefined ? code : source.name;
  return source.message === '' || source.message === name ? name : `${name}: ${source.message}`;
}

/** What AWS finally said to `operation` (`ecs:DescribeServices`), in our words and with a remedy. */
export function refusal(operation: string, error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  const quotes = quotesItsInput(operation, error);
  const said = quotes ? sourceName(error) : describeAwsError(error);
  return new ActionError('E_REMOTE', `${operation} failed: ${said}`, {
    remedy: remedyFor(operation, error),
    // What STS says of a token is needed for a remedy, and looked at by the session alone.
    cause: quotes && !operation.startsWith('sts:') ? withoutWords(error) : error,
  });
}

/** By its name alone, for whoever asks what it was: neither its sentence nor what the SDK has attached to it. */
function withoutWords(error: unknown): Error {
  return Object.assign(new Error('(not repeated)'), { name: sourceName(error) });
}

/** A throttle, an outage or a broken network that lasted longer than we were ready to wait. */
export function gaveUp(operation: string, error: unknown, attempts: number, seconds: number): ActionError {
  return new ActionError(
    'E_REMOTE',
    `${operation} did not succeed in ${attempts} attempts over ${seconds} s; the last one said ${describeAwsError(error)}`,
    { remedy: 'Run the job again when AWS or the network is well.', cause: error },
  );
}

function remedyFor(operation: string, error: unknown): string {
  if (isNamed(error, ...accessDenied))
    return `Allow ${deniedAction(error) ?? operation} in the policy of the role that the message names.`;
  if (isNamed(error, ...badCredentials))
    return 'Check the credentials: with `role-to-assume` the action fetches its own.';
  if (isNamed(error, 'CredentialsProviderError'))
    return 'Give `role-to-assume`, or AWS credentials in the environment.';
  return 'Mend what AWS names and run the job again.';
}

/** A call may need more than the action of its name: iam:PassRole, ecs:TagResource. */
function deniedAction(error: unknown): string | undefined {
  return /not authorized to perform: ([\w-]+:\w+)/.exec(describeAwsError(error))?.[1];
}

const accessDenied = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized'];
const badCredentials = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** Validation errors repeat the value they complain about, and these operations are given secrets. */
function quotesItsInput(operation: string, error: unknown): boolean {
  return (
    secretWriters.has(operation) && !isNamed(error, ...accessDenied, ...badCredentials, 'ResourceNotFoundException')
  );
}

const secretWriters = new Set([
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'ssm:PutParameter',
  'sts:AssumeRoleWithWebIdentity',
]);

/** The SDK's error below our own. */
function sourceOf(error: unknown): unknown {
  return error instanceof ActionError && error.cause !== undefined ? sourceOf(error.cause) : error;
}

function sourceName(error: unknown): string {
  const source = sourceOf(error);
  return source instanceof Error ? source.name : 'an error without a description';
}
