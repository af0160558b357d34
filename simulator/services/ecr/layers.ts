import { z } from 'zod';
import { operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import type { LayerLinks } from './layer-links.ts';
import { digestShape, ownRegistry, repositoryNameShape } from './shapes.ts';
import type { Registry } from './store.ts';
import { AwsError } from '../../operation.ts';

/** Operations on layers. Uploads by API parts are not simulated: images are pushed over the registry's own protocol. */
export function layerOperations(registry: Registry, links: LayerLinks): Record<string, Operation> {
  const named = { registryId: ownRegistry(registry), repositoryName: repositoryNameShape };
  const resources = ({ repositoryName }: { repositoryName: string }) => [registry.arnOf(repositoryName)];
  return {
    BatchCheckLayerAvailability: operation({
      input: z.strictObject({ ...named, layerDigests: z.array(z.string().max(1000)).min(1).max(100) }),
      resources,
      run({ repositoryName, layerDigests }) {
        const { blobs } = registry.require(repositoryName);
        const [valid, invalid] = [layerDigests.filter(isDigest), layerDigests.filter((it) => !isDigest(it))];
        return {
          layers: valid.map((layerDigest) => ({
            layerDigest,
            layerAvailability: blobs.has(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
            layerSize: blobs.get(layerDigest)?.length,
          })),
          failures: invalid.map((layerDigest) => ({
            layerDigest,
            failureCode: 'InvalidLayerDigest',
            failureReason: 'Invalid layer digest',
          })),
        };
      },
    }),
    GetDownloadUrlForLayer: operation({
      input: z.strictObject({ ...named, layerDigest: digestShape }),
      resources,
      run({ repositoryName, layerDigest }, { host }) {
        const bytes = registry.require(repositoryName).blobs.get(layerDigest);
        if (bytes === undefined) {
          throw new AwsError(
            'LayersNotFoundException',
            `Layer with digest '${layerDigest}' does not exist in the repository with name '${repositoryName}' in the registry with id '${registry.account}'`,
          );
        }
        return { layerDigest, downloadUrl: links.issue(bytes, host) };
      },
    }),
  };
}

function isDigest(text: string): boolean {
  return digestShape.safeParse(text).success;
}
