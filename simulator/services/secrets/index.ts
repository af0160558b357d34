import type { Cloud, Secrets } from '../../cloud.ts';
import type { ServiceModule } from '../../operation.ts';
import { readingOperations } from './reading.ts';
import { secretResources } from './resources.ts';
import { SecretStore } from './store.ts';
import { upkeepOperations } from './upkeep.ts';
import { referenceIn, resolveValueFrom } from './value-from.ts';
import { writingOperations } from './writing.ts';

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
    resources: secretResources(store),
  };
}
