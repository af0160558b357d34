import {
  DeleteParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Parameter as SsmParameter, ParameterHistory } from '@aws-sdk/client-ssm';
import { inBatches } from './batches.ts';
import { isNamed } from './errors.ts';
import type { Aws, SendOptions } from './session.ts';

/** One SSM parameter at one version. */
export type Parameter = {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
  readonly version: number;
  /** When this version was written, by SSM's clock; milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** A SecureString's value is confidential. */
  readonly secure: boolean;
};

const namesPerCall = 10;
const historyPerPage = 50;

const clients = new WeakMap<Aws['configuration'], SSMClient>();

function ssm(aws: Aws): SSMClient {
  const known = clients.get(aws.configuration);
  if (known !== undefined) return known;
  const client = new SSMClient(aws.configuration);
  client.middlewareStack.add(noteServerTime, { step: 'initialize', name: 'noteServerTime' });
  clients.set(aws.configuration, client);
  return client;
}

/** When SSM gave an answer, by its own clock: HTTP's Date, to the second. */
const serverTimes = new WeakMap<object, number>();

function noteServerTime<Args, Output extends object>(
  next: (args: Args) => Promise<{ response: unknown; output: Output }>,
): (args: Args) => Promise<{ response: unknown; output: Output }> {
  return async (args) => {
    const result = await next(args);
    const { headers }: { headers?: Readonly<Record<string, string>> } = Object(result.response);
    const time = Date.parse(headers?.['date'] ?? '');
    if (!Number.isNaN(time)) serverTimes.set(result.output, time);
    return result;
  };
}

/** Parameters by name, ten to a call, side by side. What SSM does not know is in `missing`: it is no exception there. */
export async function getParameters(
  aws: Aws,
  names: readonly string[],
  { decrypt }: { decrypt: boolean },
): Promise<{ found: ReadonlyMap<string, Parameter>; missing: readonly string[] }> {
  const batches = inBatches(names, namesPerCall);
  const answers = await Promise.all(
    batches.map((Names) =>
      aws.send(ssm(aws), new GetParametersCommand({ Names: [...Names], WithDecryption: decrypt })),
    ),
  );
  const found = answers.flatMap((answer) => answer.Parameters ?? []).map(toParameter);
  return {
    found: new Map(found.map((parameter) => [parameter.name, parameter])),
    missing: answers.flatMap((answer) => answer.InvalidParameters ?? []),
  };
}

/** Everything below a path, page by page; a page may be short or empty while there are more. */
export async function getParametersByPath(aws: Aws, path: string): Promise<ReadonlyMap<string, Parameter>> {
  const found = new Map<string, Parameter>();
  let token: string | undefined;
  do {
    const page: { Parameters?: SsmParameter[] | undefined; NextToken?: string | undefined } = await aws.send(
      ssm(aws),
      new GetParametersByPathCommand({ Path: path, Recursive: true, NextToken: token }),
    );
    for (const parameter of page.Parameters ?? []) found.set(parameter.Name ?? '', toParameter(parameter));
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return found;
}

/** A parameter and when SSM answered with it, by SSM's clock; undefined when it did not say. */
export type DatedParameter = Parameter & { readonly answeredAt: number | undefined };

/** The newest version of one parameter, or undefined when there is none. */
export async function getParameter(
  aws: Aws,
  name: string,
  options: SendOptions = {},
): Promise<DatedParameter | undefined> {
  try {
    const answer = await aws.send(ssm(aws), new GetParameterCommand({ Name: name }), options);
    if (answer.Parameter === undefined) return undefined;
    return { ...toParameter(answer.Parameter), answeredAt: serverTimes.get(answer) };
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return undefined;
    throw error;
  }
}

/** All kept versions of one parameter, oldest first; empty when there is no such parameter. */
export async function getParameterHistory(aws: Aws, name: string): Promise<readonly Parameter[]> {
  const versions: ParameterHistory[] = [];
  let token: string | undefined;
  try {
    do {
      const page: { Parameters?: ParameterHistory[] | undefined; NextToken?: string | undefined } = await aws.send(
        ssm(aws),
        new GetParameterHistoryCommand({ Name: name, MaxResults: historyPerPage, NextToken: token }),
      );
      versions.push(...(page.Parameters ?? []));
      token = page.NextToken;
    } while (token !== undefined && token !== '');
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return [];
    throw error;
  }
  return versions.map((version) => toParameter(version)).sort((one, other) => one.version - other.version);
}

/**
 * Writes a String parameter; `tier` Advanced carries up to 8 KB. With `overwrite: false` an existing one stays as it
 * is and the answer is `exists`.
 */
export async function putParameter(
  aws: Aws,
  { name, value, overwrite }: { name: string; value: string; overwrite: boolean },
  options: SendOptions = {},
): Promise<'written' | 'exists'> {
  try {
    await aws.send(ssm(aws), putCommand({ name, value, overwrite }), options);
    return 'written';
  } catch (error) {
    if (!overwrite && isNamed(error, 'ParameterAlreadyExists')) return 'exists';
    throw error;
  }
}

/**
 * Writes a parameter, whether it is there or not. Answers with its version by now: where an answer was lost on the way,
 * the calls before this one have made versions too.
 */
export async function overwriteParameter(
  aws: Aws,
  { name, value }: { name: string; value: string },
  options: SendOptions = {},
): Promise<number> {
  const answer = await aws.send(ssm(aws), putCommand({ name, value, overwrite: true }), options);
  return answer.Version ?? 0;
}

function putCommand({ name, value, overwrite }: { name: string; value: string; overwrite: boolean }) {
  const Tier = new TextEncoder().encode(value).length > 4096 ? 'Advanced' : 'Standard';
  return new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: overwrite, Tier });
}

/** Deletes parameters, ten to a call; those that are not there are no error. */
export async function deleteParameters(aws: Aws, names: readonly string[]): Promise<void> {
  for (const Names of inBatches(names, namesPerCall)) {
    await aws.send(ssm(aws), new DeleteParametersCommand({ Names: [...Names] }));
  }
}

function toParameter(parameter: SsmParameter | ParameterHistory): Parameter {
  return {
    name: parameter.Name ?? '',
    arn: ('ARN' in parameter ? parameter.ARN : undefined) ?? '',
    value: parameter.Value ?? '',
    version: parameter.Version ?? 0,
    modifiedAt: parameter.LastModifiedDate?.getTime() ?? 0,
    secure: parameter.Type === 'SecureString',
  };
}
