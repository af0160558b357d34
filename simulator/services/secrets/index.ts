import type { Cloud, ResourceMaker, Secrets } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { generateShape, generatedString } from './generated.ts';
import { readingOperations } from './reading.ts';
import { newSecretShape } from './shapes.ts';
import { SecretStore } from './store.ts';
import { upkeepOperations } from './upkeep.ts';
import { referenceIn, resolveValueFrom } from './value-from.ts';
import { createSecret, writingOperations } from './writing.ts';

/** Secrets Manager. */
export function createSecrets(cloud: Cloud): ServiceModule<Secrets> {
  const store = new SecretStore(cloud);
  return {
    services: [
      {
        name: 'secretsmanager',
        protocol: 'json-1.1',
        target: 'secretsmanager',
        validationError: 'ValidationException',
        operations: { ...readingOperations(store), ...writingOperations(store), ...upkeepOperations(store) },
      },
    ],
    state: {
      valueFrom: (text) => resolveValueFrom(store, text),
      arnOf: (text) => store.find(referenceIn(text).secretId)?.arn,
    },
    resources: { 'AWS::SecretsManager::Secret': secretMaker(store) },
  };
}

const resourceShape = newSecretShape
  .omit({ ClientRequestToken: true })
  .extend({ GenerateSecretString: generateShape.optional() });

/** `ref` is the complete ARN, as in CloudFormation. */
function secretMaker(store: SecretStore): ResourceMaker {
  return (properties, cloud) => {
    const { GenerateSecretString, ...input } = resourceShape.parse(properties);
    const generated =
      GenerateSecretString === undefined
        ? {}
        : { SecretString: generatedString(GenerateSecretString, cloud.random('generated-secrets')) };
    const { secret } = createSecret(store, { ...input, ...generated, ClientRequestToken: store.newVersionId() });
    return { ref: secret.arn, attributes: { Id: secret.arn, Name: secret.name } };
  };
}
