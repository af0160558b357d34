import { z } from 'zod';
import type { Cloud, ResourceProperties, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { generateShape, generatedString } from './generated.ts';
import { newSecretShape } from './shapes.ts';
import type { Secret, SecretStore } from './store.ts';
import { addVersion, selectVersion } from './versions.ts';
import { createSecret } from './writing.ts';

const secretProperties = newSecretShape
  .omit({ ClientRequestToken: true })
  .extend({ GenerateSecretString: generateShape.optional() });

const attachmentProperties = z.strictObject({
  SecretId: z.string(),
  TargetId: z.string(),
  TargetType: z.literal('AWS::RDS::DBCluster'),
});

/** Secrets, and what ties one to its database. */
export function secretResources(store: SecretStore): Record<`AWS::${string}`, ResourceProvider> {
  return {
    'AWS::SecretsManager::Secret': secretProvider(store),
    'AWS::SecretsManager::SecretTargetAttachment': attachmentProvider(store),
  };
}

/** What CloudFormation's deletion leaves people to think it over. */
const recoveryDays = 30;

/** `ref` is the complete ARN. A changed `GenerateSecretString` makes another value, whatever was put there meanwhile. */
function secretProvider(store: SecretStore): ResourceProvider {
  return {
    nameProperty: 'Name',
    fixed: ['Name'],
    create(properties, cloud) {
      const { GenerateSecretString: wishes, ...input } = secretProperties.parse(properties);
      const generated = wishes === undefined ? {} : { SecretString: generatedString(wishes, chance(cloud)) };
      const { secret } = createSecret(store, { ...input, ...generated, ClientRequestToken: store.newVersionId() });
      return { ref: secret.arn, attributes: { Id: secret.arn, Name: secret.name } };
    },
    update({ made, before, properties }, cloud) {
      const secret = store.require(made.ref);
      const { GenerateSecretString: wishes, Description, KmsKeyId, SecretString } = secretProperties.parse(properties);
      secret.description = Description;
      secret.kmsKeyId = KmsKeyId;
      if (isChanged('SecretString', before, properties) && SecretString !== undefined) put(store, secret, SecretString);
      if (isChanged('GenerateSecretString', before, properties) && wishes !== undefined)
        put(store, secret, generatedString(wishes, chance(cloud)));
      return made;
    },
    remove({ ref }) {
      const at = store.now();
      store.require(ref).deletion = { at, until: new Date(at.getTime() + recoveryDays * 86_400_000) };
    },
  };
}

/** Adds to the secret what a client needs to find the database; removed, the secret stays as it is. */
function attachmentProvider(store: SecretStore): ResourceProvider {
  const attach = (properties: ResourceProperties, cloud: Cloud) => {
    const { SecretId, TargetId } = attachmentProperties.parse(properties);
    const secret = store.require(SecretId);
    const cluster = cloud.rds.cluster(TargetId);
    if (cluster === undefined) throw new AwsError('DBClusterNotFoundFault', `DBCluster ${TargetId} not found.`);
    const connection = { engine: 'postgres', host: cluster.host, port: cluster.port, dbname: cluster.database };
    const document = { ...currentDocument(secret), ...connection, dbClusterIdentifier: cluster.identifier };
    put(store, secret, JSON.stringify(document));
    return { ref: secret.arn, attributes: { Id: secret.arn } };
  };
  return { create: attach, update: ({ properties }, cloud) => attach(properties, cloud) };
}

function put(store: SecretStore, secret: Secret, text: string): void {
  addVersion(secret, { id: store.newVersionId(), value: { text }, stages: ['AWSCURRENT'], now: store.now() });
}

function currentDocument(secret: Secret): Record<string, unknown> {
  const { value } = selectVersion(secret, {});
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse('text' in value ? value.text : ''));
  } catch {
    // The parser's own words would quote the value.
    throw new AwsError('InvalidRequestException', `The value of ${secret.name} is not a JSON object.`);
  }
}

const chance = (cloud: Cloud) => cloud.random('generated-secrets');

function isChanged(name: string, before: ResourceProperties, after: ResourceProperties): boolean {
  return JSON.stringify(before[name]) !== JSON.stringify(after[name]);
}
