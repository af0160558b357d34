import {
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
import type { Aws } from './session.ts';

/** One SSM parameter at one version. */
export type Parameter = {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
  readonly version: number;
  /** A SecureString's value is confidential. */
  readonly secure: boolean;
};

const namesPerCall = 10;
const historyPerPage = 50;

const clients = new WeakMap<Aws, SSMClient>();

function ssm(aws: Aws): SSMClient {
  const client = clients.get(aws) ?? new SSMClient(aws.configuration);
  clients.set(aws, client);
  return client;
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

/** The newest version of one parameter, or undefined when there is none. */
export async function getParameter(aws: Aws, name: string): Promise<Parameter | undefined> {
  try {
    const answer = await aws.send(ssm(aws), new GetParameterCommand({ Name: name }));
    return answer.Parameter === undefined ? undefined : toParameter(answer.Parameter);
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
): Promise<'written' | 'exists'> {
  const Tier = new TextEncoder().encode(value).length > 4096 ? 'Advanced' : 'Standard';
  try {
    await aws.send(
      ssm(aws),
      new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: overwrite, Tier }),
    );
    return 'written';
  } catch (error) {
    if (!overwrite && isNamed(error, 'ParameterAlreadyExists')) return 'exists';
    throw error;
  }
}

function toParameter(parameter: SsmParameter | ParameterHistory): Parameter {
  return {
    name: parameter.Name ?? '',
    arn: ('ARN' in parameter ? parameter.ARN : undefined) ?? '',
    value: parameter.Value ?? '',
    version: parameter.Version ?? 0,
    secure: parameter.Type === 'SecureString',
  };
}
