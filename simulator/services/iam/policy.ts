import { z } from 'zod';
import type { AuthorizationRequest } from '../../authorization.ts';
import { allHold, readConditions, type Condition } from './conditions.ts';
import { malformed } from './malformed.ts';
import { wildcards, type Matcher } from './pattern.ts';

const textList = z.union([z.string(), z.array(z.string())]).transform((it) => (typeof it === 'string' ? [it] : it));
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const wantedList = z.union([scalar, z.array(scalar)]).transform((it) => (typeof it === 'string' ? [it] : it));

const statementShape = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.record(z.string(), textList).optional(),
  Action: textList.optional(),
  NotAction: textList.optional(),
  Resource: textList.optional(),
  NotResource: textList.optional(),
  Condition: z.record(z.string(), z.record(z.string(), wantedList)).optional(),
});

const policyShape = z.strictObject({
  // Absent, it is the old one, which has no variables; here neither has.
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  // Not a union, whose error would not say which member is wrong.
  Statement: z.preprocess((it) => (Array.isArray(it) ? it : [it]), z.array(statementShape)),
});

/** A statement that has been read once, so that asking it is quick. */
export type Statement = {
  readonly allows: boolean;
  /** By kind (`Federated`, `Service`, `AWS`); empty in the policies of a role, which speak of the role itself. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  /** Of an action in small letters. */
  readonly covers: Matcher;
  readonly concerns: Matcher;
  readonly conditions: readonly Condition[];
};

/**
 * Reads what a role may do, or (`trust`) who may become it. Throws MalformedPolicyDocument for what is wrong and for
 * what the simulator cannot evaluate.
 */
export function readPolicy(document: unknown, kind: 'identity' | 'trust' = 'identity'): readonly Statement[] {
  const parsed = policyShape.safeParse(document);
  if (!parsed.success) throw malformed(z.prettifyError(parsed.error));
  return parsed.data.Statement.map((statement) => readStatement(statement, kind));
}

function readStatement(written: z.output<typeof statementShape>, kind: 'identity' | 'trust'): Statement {
  const { Action, NotAction, Resource, NotResource } = written;
  const actions = oneOf(lowerCase(Action), lowerCase(NotAction), 'Action');
  const isTrust = kind === 'trust';
  if (isTrust !== ((Resource ?? NotResource) === undefined))
    throw malformed(isTrust ? 'Has prohibited field Resource.' : 'Policy statement must contain resources.');
  if (isTrust !== (written.Principal !== undefined))
    throw malformed(isTrust ? 'Missing required field Principal.' : 'Policy document should not specify a principal.');
  return {
    allows: written.Effect === 'Allow',
    principals: written.Principal ?? {},
    covers: actions,
    concerns: isTrust ? () => true : oneOf(Resource, NotResource, 'Resource'),
    conditions: readConditions(written.Condition ?? {}),
  };
}

const lowerCase = (texts: readonly string[] | undefined) => texts?.map((text) => text.toLowerCase());

/** `Action` or `NotAction`, never both. */
function oneOf(wanted: readonly string[] | undefined, not: readonly string[] | undefined, field: string): Matcher {
  if ((wanted === undefined) === (not === undefined)) throw malformed(`Needs ${field} or Not${field}.`);
  const matchers = (wanted ?? not)!.map(wildcards);
  const isMeant = wanted !== undefined;
  return (text) => matchers.some((matches) => matches(text)) === isMeant;
}

/** An explicit Deny wins, then any Allow; without either nothing is allowed. */
export function evaluate(
  statements: readonly Statement[],
  { action, resource, conditions = {} }: AuthorizationRequest,
): 'allowed' | 'denied' | 'not allowed' {
  const name = action.toLowerCase();
  const applying = statements.filter(
    (statement) => statement.covers(name) && statement.concerns(resource) && allHold(statement.conditions, conditions),
  );
  if (applying.some(({ allows }) => !allows)) return 'denied';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}
