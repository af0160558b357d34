import { z } from 'zod';

/** Limits of Parameter Store (docs.aws.amazon.com/general/latest/gr/ssm.html). */
export const limits = {
  standardBytes: 4096,
  advancedBytes: 8192,
  namesPerCall: 10,
  parametersPerPage: 10,
  historyPerPage: 50,
  hierarchyLevels: 15,
};

/** A new name: fully qualified when it has a slash, at most fifteen levels, not in AWS's own namespace. */
export const nameShape = z
  .string()
  .min(1)
  .max(1011)
  .regex(/^[A-Za-z0-9_.\-/]+$/, 'Parameter name: may only contain a-zA-Z0-9_.-/')
  .refine((name) => !name.includes('/') || name.startsWith('/'), 'Parameter name must be a fully qualified name.')
  .refine((name) => !name.endsWith('/') && !name.includes('//'), 'Parameter name must not have an empty level.')
  .refine(
    (name) => name.split('/').length - 1 <= limits.hierarchyLevels,
    'A hierarchy can have a maximum of 15 levels.',
  )
  .refine(
    (name) => !/^\/?(aws|ssm)/i.test(name),
    'Parameter name can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
  );

/** What reads accept: a name, an ARN, `name:version`. */
export const selectorShape = z.string().min(1).max(2048);

export const tagListShape = z
  .array(z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
  .max(50);
