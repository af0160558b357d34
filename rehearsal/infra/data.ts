import { randomBytes, randomUUID } from 'node:crypto';
import type { Service } from '../../lib/core/manifest/model.ts';
import type { Resource, SimulatedAws } from '../simulated-aws.ts';
import { referredSecrets } from './references.ts';
import type { RoleScope } from './roles.ts';

/** What outlives a release: database, secrets, parameters, buckets. Values are made for one rehearsal and forgotten. */
export type Data = { readonly database: { readonly host: string; readonly port: number } | undefined };

export type DataWishes = {
  readonly scope: RoleScope;
  readonly services: readonly Service[];
  readonly database: { readonly name: string; readonly secret: string } | undefined;
  readonly cacheSecret: string | undefined;
  readonly buckets: readonly string[];
  /** Where the application's pages come from: they upload by presigned URLs. */
  readonly origin: string | undefined;
  /** Values by parameter path; undefined where the manifest leaves it to people. */
  readonly parameters: ReadonlyMap<string, string | undefined>;
  readonly missingSecrets: readonly string[];
};

export async function provisionData(aws: Pick<SimulatedAws, 'provision'>, wishes: DataWishes): Promise<Data> {
  const credentials = { username: wishes.scope.application, password: hostilePassword() };
  const secrets = secretValues(wishes, credentials);
  const made = await aws.provision([
    ...[...secrets].filter(([name]) => !wishes.missingSecrets.includes(name)).map(secret),
    ...[...wishes.parameters].map(parameter),
    ...wishes.buckets.map((bucket): Resource => ({
      id: `bucket-${bucket}`,
      type: 'AWS::S3::Bucket',
      properties: { BucketName: bucket, CorsConfiguration: corsFor(wishes.origin) },
    })),
    ...(wishes.database === undefined ? [] : [cluster(wishes.scope, wishes.database.name, credentials)]),
  ]);
  const endpoint = made['database']?.attributes;
  return {
    database: endpoint && { host: endpoint['Endpoint.Address'] ?? '', port: Number(endpoint['Endpoint.Port']) },
  };
}

/** Everything a variable or infra refers to, with a fresh value: JSON where keys are asked for. */
function secretValues(wishes: DataWishes, credentials: Record<string, string>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, names] of referredSecrets(wishes.services)) {
    const value = Object.fromEntries([...names].map((key) => [key, token()]));
    values.set(name, names.size === 0 ? token() : JSON.stringify(value));
  }
  if (wishes.cacheSecret !== undefined) values.set(wishes.cacheSecret, token());
  if (wishes.database !== undefined) values.set(wishes.database.secret, JSON.stringify(credentials));
  return values;
}

function secret([name, value]: [string, string]): Resource {
  return { id: `secret-${name}`, type: 'AWS::SecretsManager::Secret', properties: { Name: name, SecretString: value } };
}

function corsFor(origin: string | undefined) {
  const rule = { AllowedMethods: ['PUT'], AllowedHeaders: ['*'], MaxAge: 3600 };
  return { CorsRules: origin === undefined ? [] : [{ ...rule, AllowedOrigins: [origin] }] };
}

function parameter([name, value]: [string, string | undefined]): Resource {
  return {
    id: `parameter-${name}`,
    type: 'AWS::SSM::Parameter',
    properties: { Name: name, Type: 'String', Value: value ?? `rehearsal-${randomUUID()}` },
  };
}

function cluster(
  { application, environment }: RoleScope,
  name: string,
  credentials: { username: string; password: string },
): Resource {
  return {
    id: 'database',
    type: 'AWS::RDS::DBCluster',
    properties: {
      DBClusterIdentifier: `${application}-${environment}`,
      Engine: 'aurora-postgresql',
      DatabaseName: name,
      MasterUsername: credentials.username,
      MasterUserPassword: credentials.password,
    },
  };
}

/** Every character that RDS allows and that a careless URL breaks on. */
const hostilePassword = () => `${token()}%2F!'()*&=+ ?#[]`;
const token = () => randomBytes(24).toString('base64url');
