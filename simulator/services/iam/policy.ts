import { z } from 'zod';
import { AwsError } from '../../operation.ts';

const textList = z.union([z.string(), z.array(z.string())]).transform((it) => (typeof it === 'string' ? [it] : it));

const statementShape = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.record(z.string(), textList).optional(),
  Action: textList,
  Resource: textList.optional(),
  Condition: z.record(z.string(), z.record(z.string(), textList)).optional(),
});

const policyShape = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  // Not a union, whose error would not say which member is wrong.
  Statement: z.preprocess((it) => (Array.isArray(it) ? it : [it]), z.array(statementShape)),
});

export type Statement = z.output<typeof statementShape>;

/** Values of condition keys, as the call gives them. Key names are compared without regard to case. */
export type ConditionValues = Readonly<Record<string, string>>;

/** Operators understood; a policy with any other is refused rather than read wrongly. */
const operators: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
};

/** Condition keys whose value the simulator knows. */
const conditionKeys =
  /^(token\.actions\.githubusercontent\.com:[a-z_]+|iam:PassedToService|ecs:cluster|aws:RequestedRegion|aws:ResourceAccount)$/i;

/** Reads a policy document. Throws MalformedPolicyDocument for what is wrong and for what the simulator cannot evaluate. */
export function readPolicy(document: unknown): readonly Statement[] {
  const parsed = policyShape.safeParse(document);
  if (!parsed.success) throw malformed(z.prettifyError(parsed.error));
  for (const statement of parsed.data.Statement) checkConditions(statement);
  return parsed.data.Statement;
}

function checkConditions(statement: Statement): void {
  for (const [operator, entries] of Object.entries(statement.Condition ?? {})) {
    if (!Object.hasOwn(operators, operator)) throw malformed(`Condition operator ${operator} is not simulated.`);
    for (const key of Object.keys(entries)) {
      if (!conditionKeys.test(key)) throw malformed(`Condition key ${key} is not simulated.`);
    }
  }
}

export type Verdict = 'allowed' | 'denied' | 'not allowed';

/** An explicit Deny wins, then any Allow; without either nothing is allowed. */
export function evaluate(
  statements: readonly Statement[],
  action: string,
  resource: string,
  values: ConditionValues,
): Verdict {
  const applying = statements.filter(
    (statement) =>
      statement.Action.some((pattern) => matches(action.toLowerCase(), pattern.toLowerCase())) &&
      (statement.Resource ?? ['*']).some((pattern) => matches(resource, pattern)) &&
      conditionsHold(statement, values),
  );
  if (applying.some((statement) => statement.Effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}

/** Every key of every operator must hold; of several wanted values one is enough. A key without a value fails. */
export function conditionsHold(statement: Statement, values: ConditionValues): boolean {
  const known = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(statement.Condition ?? {}).every(([operator, entries]) =>
    Object.entries(entries).every(([key, wanted]) => {
      const value = known.get(key.toLowerCase());
      return value !== undefined && wanted.some((it) => operators[operator]!(value, it));
    }),
  );
}

/** IAM's wildcards: `*` for any text, `?` for one character. */
export function matches(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`).test(text);
}

function malformed(detail: string): AwsError {
  return new AwsError('MalformedPolicyDocument', `The policy is not in the valid JSON format: ${detail}`);
}
