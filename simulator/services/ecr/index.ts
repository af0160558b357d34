import { z } from 'zod';
import type { Cloud, Ecr } from '../../cloud.ts';
import { operation } from '../../operation.ts';
import type { ServiceModule } from '../../operation.ts';
import type { Protocol } from '../../transport/exchange.ts';
import { imageReadingOperations } from './image-reading.ts';
import { imageWritingOperations } from './image-writing.ts';
import { LayerLinks } from './layer-links.ts';
import { layerOperations } from './layers.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { RegistryPasswords } from './passwords.ts';
import { pull } from './pull.ts';
import { registryProtocol } from './registry/protocol.ts';
import { repositoryOperations } from './repositories.ts';
import { repositoryProvider } from './repository-resource.ts';
import { scanOperations } from './scans.ts';
import { Registry } from './store.ts';

/** Elastic Container Registry: its API, and the registry protocol that images are pushed and pulled with. */
export function createEcr(
  cloud: Cloud,
): ServiceModule<Ecr> & { readonly protocol: Protocol; readonly downloads: Protocol } {
  const registry = new Registry(cloud);
  const passwords = new RegistryPasswords(cloud);
  const links = new LayerLinks(cloud);
  return {
    services: [
      {
        name: 'ecr',
        protocol: 'json-1.1',
        target: 'AmazonEC2ContainerRegistry_V20150921',
        validationError: 'InvalidParameterException',
        operations: {
          ...repositoryOperations(registry),
          ...imageReadingOperations(registry),
          ...imageWritingOperations(registry),
          ...layerOperations(registry, links),
          ...scanOperations(registry),
          ...lifecycleOperations(registry),
          GetAuthorizationToken: getAuthorizationToken(registry, passwords),
        },
      },
    ],
    state: { pull: (reference, platform) => pull(registry, reference, platform) },
    resources: { 'AWS::ECR::Repository': repositoryProvider(registry) },
    protocol: registryProtocol(cloud, registry, passwords),
    downloads: links.protocol,
  };
}

const getAuthorizationToken = (registry: Registry, passwords: RegistryPasswords) =>
  operation({
    input: z.strictObject({ registryIds: z.array(z.string()).min(1).max(10).optional() }),
    run(_, { principal }) {
      const { password, expiresAt } = passwords.issue(principal);
      return {
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
            expiresAt: new Date(expiresAt),
            proxyEndpoint: `https://${registry.host}`,
          },
        ],
      };
    },
  });
