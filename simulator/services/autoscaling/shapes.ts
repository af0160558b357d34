import { z } from 'zod';
import { notSimulated } from '../../operation.ts';
import { scalableDimension, serviceNamespace } from './state.ts';

/** Other namespaces and dimensions exist on AWS; a resource id must have the form of its namespace. */
export const namespaceShape = z.string().transform((namespace) => {
  if (namespace !== serviceNamespace) throw notSimulated(`scaling of ${namespace}`);
  return namespace;
});

export const resourceIdShape = z
  .string()
  .regex(/^service\/[^/]+\/[^/]+$/, 'Unsupported service namespace, resource type or scalable dimension');

export const dimensionShape = z.literal(scalableDimension);

/** How every call names a target. */
export const targetMembers = {
  ServiceNamespace: namespaceShape,
  ResourceId: resourceIdShape,
  ScalableDimension: dimensionShape,
};

export const paging = { MaxResults: z.int().min(1).max(50).default(50), NextToken: z.string().optional() };

const cooldown = z.int().min(0).optional();

export const trackingShape = z.strictObject({
  TargetValue: z.number().positive(),
  PredefinedMetricSpecification: z.strictObject({
    PredefinedMetricType: z.enum([
      'ECSServiceAverageCPUUtilization',
      'ECSServiceAverageMemoryUtilization',
      'ALBRequestCountPerTarget',
    ]),
    ResourceLabel: z.string().max(1023).optional(),
  }),
  ScaleOutCooldown: cooldown,
  ScaleInCooldown: cooldown,
  DisableScaleIn: z.boolean().default(false),
});
export type Tracking = z.infer<typeof trackingShape>;

/** Refuses, loudly, what AWS has and this has not. */
export const unsimulated = (what: string) =>
  z
    .unknown()
    .optional()
    .transform((value) => {
      if (value !== undefined) throw notSimulated(what);
    });
