import { z } from 'zod';

/** A whole number of tenths between two bounds, as traffic percentages are. */
const percent = (low: number, high: number) =>
  z
    .number()
    .min(low)
    .max(high)
    .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9, 'must be a multiple of 0.1');

const minutes = z.int().min(0).max(1440);

export const strategies = z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']);
export type Strategy = z.infer<typeof strategies>;

export const alarmsShape = z.strictObject({
  alarmNames: z.array(z.string()),
  enable: z.boolean(),
  rollback: z.boolean(),
});

export const earlySuccessShape = z.strictObject({
  enable: z.boolean(),
  healthyPercent: z.int().min(0).max(100).optional(),
  sourceServiceRevisionCleanup: z.enum(['BLOCKING', 'DEFERRED']).optional(),
});
export type EarlySuccess = z.infer<typeof earlySuccessShape>;

export const linearShape = z.strictObject({
  stepPercent: percent(3, 100).default(10),
  stepBakeTimeInMinutes: minutes.default(6),
});

export const canaryShape = z.strictObject({
  canaryPercent: percent(0.1, 100).default(5),
  canaryBakeTimeInMinutes: minutes.default(10),
});

export const bakeTime = minutes;

export const hookStages = z.enum([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);

export const hookAction = z.enum(['CONTINUE', 'ROLLBACK']);
export type HookAction = z.infer<typeof hookAction>;

export const lifecycleHook = z.strictObject({
  targetType: z.enum(['AWS_LAMBDA', 'PAUSE']).default('AWS_LAMBDA'),
  hookTargetArn: z.string().optional(),
  roleArn: z.string().optional(),
  lifecycleStages: z.array(hookStages).min(1),
  hookDetails: z.unknown().optional(),
  timeoutConfiguration: z
    .strictObject({ timeoutInMinutes: z.int().min(1).optional(), action: hookAction.optional() })
    .optional(),
});
export type LifecycleHook = z.infer<typeof lifecycleHook>;
