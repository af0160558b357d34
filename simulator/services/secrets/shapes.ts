import { z } from 'zod';
import type { SecretValue } from './store.ts';

export const limits = { secretBytes: 65_536, idsPerBatch: 20, secretsPerPage: 100 };

export const secretIdShape = z.string().min(1).max(2048);

/** Idempotency token, which becomes the version's id. SDKs fill it in. */
export const tokenShape = z.string().min(32).max(64);

export const tagListShape = z
  .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') }))
  .max(50);

export const newSecretShape = z.strictObject({
  Name: z
    .string()
    .min(1)
    .max(512)
    .regex(
      /^[A-Za-z0-9/_+=.@-]+$/,
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    ),
  ClientRequestToken: tokenShape.optional(),
  Description: z.string().max(2048).optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string().max(limits.secretBytes).optional(),
  SecretBinary: z.base64().max(limits.secretBytes).optional(),
  Tags: tagListShape.optional(),
});

/** The value among a request's members, if it has one. */
export function valueIn(input: {
  SecretString?: string | undefined;
  SecretBinary?: string | undefined;
}): SecretValue | undefined {
  if (input.SecretString !== undefined) return { text: input.SecretString };
  return input.SecretBinary === undefined ? undefined : { binary: input.SecretBinary };
}
