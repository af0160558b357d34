import * as z from 'zod/mini';
import { manifestShape } from './shape/manifest.ts';

/** JSON Schema (draft 7, which editors know best) of slipway.yml. It is looser than the parser: it knows no rules across fields. */
export function manifestSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(manifestShape, { io: 'input', target: 'draft-7', override: tidy });
  return {
    $schema,
    $id: 'https://raw.githubusercontent.com/OWNER/slipway/v1/schema/slipway.schema.json',
    title: 'slipway.yml',
    ...schema,
  };
}

/** A number's bounds that only say that JavaScript has no larger ones are noise to a reader. */
function tidy({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
