import { z } from 'zod';
import type { Registry } from './store.ts';

export const repositoryNameShape = z
  .string()
  .min(2)
  .max(256)
  .regex(/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'not a repository name');

export const imageTagShape = z.string().regex(/^[\w][\w.-]{0,127}$/, 'not an image tag');

export const digestShape = z.string().regex(/^[\w+.-]+:[0-9a-fA-F]{32,}$/, 'not a digest');

export const imageIdShape = z
  .strictObject({ imageDigest: digestShape.optional(), imageTag: z.string().min(1).max(300).optional() })
  .refine((id) => id.imageDigest !== undefined || id.imageTag !== undefined, 'needs a digest or a tag');

export type ImageId = z.output<typeof imageIdShape>;

export const mutabilityShape = z.enum(['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION']);

export const exclusionShape = z.strictObject({ filterType: z.literal('WILDCARD'), filter: z.string().min(1).max(128) });

export const tagListShape = z.array(z.strictObject({ Key: z.string(), Value: z.string() })).max(50);

/** The simulator has one account; another registry is not there. */
export function ownRegistry(registry: Registry) {
  return z
    .string()
    .refine((id) => id === registry.account, `the registry with this id does not exist`)
    .optional();
}
