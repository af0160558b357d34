import { ECRClient } from '@aws-sdk/client-ecr';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { simulateAws } from '../aws.ts';
import type { SimulatorOptions } from '../aws.ts';
import { inProcessHandler } from '../transport/in-process.ts';

export const root = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** A simulated account and the real SDK's clients of it, in process, one attempt a call. */
export function account(options: SimulatorOptions = {}) {
  const cloud = simulateAws(options);
  const clientsOf = (credentials: Credentials, overrides: Record<string, unknown> = {}) => {
    const config = {
      region: 'eu-west-1',
      credentials,
      maxAttempts: 1,
      requestHandler: inProcessHandler(cloud) as never,
      ...overrides,
    };
    return {
      ecr: new ECRClient(config),
      logs: new CloudWatchLogsClient(config),
      s3: new S3Client({ ...config, forcePathStyle: true }),
      secrets: new SecretsManagerClient(config),
      ssm: new SSMClient(config),
      sts: new STSClient(config),
    };
  };
  return { cloud, clientsOf, ...clientsOf(root) };
}

/** A call over the control endpoint, or any other plain HTTP, in process. */
export async function ask(
  cloud: ReturnType<typeof simulateAws>,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string; json: any }> {
  const bytes =
    body === undefined ? new Uint8Array() : body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const response = await cloud.handle({ method, path, headers: { host: '127.0.0.1:4566', ...headers }, body: bytes });
  const text = Buffer.from(response.body).toString('utf8');
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

/** The error of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> {
  return call.then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error: Error) => error,
  );
}

export const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';

/** A role that jobs whose subject is `sub` may assume. */
export function jobRole(sub: string, statements: readonly object[] = []) {
  const key = 'token.actions.githubusercontent.com';
  return {
    id: 'DeployRole',
    type: 'AWS::IAM::Role' as const,
    properties: {
      RoleName: 'deploy',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${key}:aud`]: 'sts.amazonaws.com' }, StringLike: { [`${key}:sub`]: sub } },
        },
      },
      Policies: statements.map((Statement, at) => ({
        PolicyName: `policy-${at}`,
        PolicyDocument: { Version: '2012-10-17', Statement },
      })),
    },
  };
}
