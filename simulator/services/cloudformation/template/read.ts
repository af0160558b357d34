import { z } from 'zod';
import { notSimulated } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import type { Template } from './model.ts';
import { parseYaml } from './yaml.ts';

/** What CloudFormation takes within a request, and out of a bucket. */
export const limits = { bodyBytes: 51_200, fileBytes: 1_048_576, resources: 500, outputs: 200, parameters: 200 };

const values = z.record(z.string(), z.unknown());
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const policy = z.enum(['Delete', 'Retain', 'Snapshot', 'RetainExceptOnCreate']).default('Delete');

const parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([text, z.array(text).transform((items) => items.join(','))]).optional(),
  Description: z.string().optional(),
  NoEcho: z.union([z.boolean(), z.enum(['true', 'false']).transform((it) => it === 'true')]).default(false),
  AllowedValues: z.array(text).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
});

const resource = z.strictObject({
  Type: z.string(),
  Properties: values.default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  DeletionPolicy: policy,
  UpdateReplacePolicy: policy,
  Metadata: z.unknown().optional(),
});

const output = z.strictObject({
  Value: z.unknown().refine((value) => value !== undefined, 'Value is missing'),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

const rule = z.strictObject({
  RuleCondition: z.unknown().optional(),
  Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
});

const templateShape = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().max(1024).optional(),
  Metadata: values.default({}),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), values)).default({}),
  Conditions: values.default({}),
  Rules: z.record(z.string(), rule).default({}),
  Resources: z.record(z.string().regex(/^[A-Za-z0-9]{1,255}$/, 'logical ids are letters and digits'), resource),
  Outputs: z.record(z.string(), output).default({}),
  Transform: z.unknown().optional(),
  Hooks: z.unknown().optional(),
});

/** Reads JSON or YAML. Throws ValidationError, and NotSimulatedException for macros and hooks. */
export function readTemplate(body: string): Template {
  const parsed = templateShape.safeParse(parse(body));
  if (!parsed.success) throw invalid(`Template format error: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  if (data.Transform !== undefined) throw notSimulated('transforms (macros) of templates');
  if (data.Hooks !== undefined) throw notSimulated('hooks of templates');
  if (Object.keys(data.Resources).length === 0)
    throw invalid('Template format error: At least one Resources member must be defined.');
  if (Object.keys(data.Resources).length > limits.resources)
    throw invalid(`Template format error: Number of resources, is greater than maximum allowed, ${limits.resources}`);
  return {
    text: body,
    description: data.Description,
    metadata: data.Metadata,
    parameters: data.Parameters,
    mappings: data.Mappings,
    conditions: data.Conditions,
    rules: data.Rules,
    resources: data.Resources,
    outputs: data.Outputs,
  };
}

function parse(body: string): unknown {
  const isJson = body.trimStart().startsWith('{');
  try {
    return isJson ? JSON.parse(body) : parseYaml(body);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw invalid(`Template format error: ${isJson ? 'JSON' : 'YAML'} not well-formed. (${detail})`);
  }
}
