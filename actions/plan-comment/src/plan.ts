import { z } from 'zod';

/** What is handed from the job that reads the account to the one that writes the comment: facts, no Markdown. */
export type Plan = z.output<typeof planShape>;

/** Why a part is not known; the words for it are the comment's. */
export const reasons = ['failed', 'by-others', 'too-long', 'base-unusable', 'base-not-read'] as const;

function part<Shape extends z.ZodType>(shape: Shape) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('known'), value: shape }),
    z.strictObject({ kind: z.literal('unknown'), why: z.enum(reasons) }),
  ]);
}

export const imagesShape = z.array(
  z.object({ service: z.string(), would: z.enum(['build', 're-tag']), why: z.string() }),
);

const changeShape = z.object({ what: z.string(), from: z.string(), to: z.string() });

/** The `plan` of deploy-ecs' report, as far as it is shown. */
export const servicesShape = z.object({
  waves: z.array(z.array(z.object({ name: z.string(), change: z.string(), changes: z.array(changeShape) }))),
  untouched: z.array(z.object({ service: z.string(), why: z.string() })),
});

const stackShape = z.object({
  name: z.string(),
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  /** Empty without one; undefined when it was too long to be handed on. */
  difference: z.string().optional(),
});

/** infra's report of a comparison that came to its end, as far as it is shown. */
export const infraShape = z.object({
  outcome: z.literal('compared'),
  stacks: z.array(stackShape),
  losses: z.array(z.string()),
  notes: z.array(z.string()),
});

export const planShape = z.strictObject({
  application: z.string(),
  environment: z.string(),
  /** That the pull request would bring, 40 hex digits. */
  commit: z.string(),
  images: part(imagesShape),
  services: part(servicesShape),
  /** Null: nothing to do. */
  infra: part(infraShape.nullable()),
  /** A sentence. */
  cost: part(z.string()),
});
