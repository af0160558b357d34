import { z } from 'zod';
import type { Clock, Timer } from './clock.ts';
import type { Random } from './random.ts';

/** What goes wrong. `…-after`: the call is carried out, and only then is its answer lost or replaced. */
const kinds = [
  'throttle',
  'error',
  'server-error',
  'server-error-after',
  'reset',
  'reset-after',
  'hang',
  'truncate',
  'delay',
  'expired-token',
] as const;

const count = z.number().int().min(1);
const seconds = z.number().min(0);

/**
 * One rule. `operation` is `service:Operation` as in the request log, with `*` for any (`ecs:*`). Of the calls that
 * match: the `nth` one, those `from`–`to`, `every` so many, or each with `probability`; all of them without any of
 * these. `after` and `until` are seconds of simulated time since the rules were set.
 */
const ruleShape = z
  .strictObject({
    operation: z.string().regex(/^(?:[\w-]+|\*):(?:[\w-]+|\*)$/, 'must look like ecs:DescribeServices or ecs:*'),
    kind: z.enum(kinds),
    nth: count.optional(),
    from: count.optional(),
    to: count.optional(),
    every: count.optional(),
    probability: z.number().min(0).max(1).optional(),
    after: seconds.optional(),
    until: seconds.optional(),
    /** Of `error`. */
    code: z.string().min(1).optional(),
    status: z.number().int().min(400).max(599).optional(),
    message: z.string().optional(),
    /** Of `delay`, in milliseconds of simulated time. */
    ms: z.number().min(0).optional(),
  })
  .refine((rule) => rule.kind !== 'error' || rule.code !== undefined, { path: ['code'], error: 'error needs a code' })
  .refine((rule) => rule.kind !== 'delay' || rule.ms !== undefined, { path: ['ms'], error: 'delay needs ms' });

export type FaultRule = z.output<typeof ruleShape>;

export type Faults = {
  /** The fault that this call meets, if any. Counts the call. */
  next(call: string): FaultRule | undefined;
  close(): void;
};

/** Checks rules as they come from a file or over HTTP. Throws an Error that names every mistake. */
export function readFaultRules(value: unknown): FaultRule[] {
  const parsed = z.array(ruleShape).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`The fault rules are not valid:\n${z.prettifyError(parsed.error)}`);
}

export function createFaults(rules: readonly FaultRule[], clock: Clock, random: Random): Faults {
  const timers: Timer[] = [];
  const armed = rules.map((rule) => {
    const state = { rule, seen: 0, active: rule.after === undefined };
    const at = (delay: number | undefined, active: boolean) => {
      if (delay !== undefined) timers.push(clock.after(delay * 1000, () => (state.active = active)));
    };
    at(rule.after, true);
    at(rule.until, false);
    return state;
  });
  return {
    next(call) {
      let met: FaultRule | undefined;
      for (const state of armed) {
        if (!state.active || !isFor(state.rule, call)) continue;
        state.seen++;
        if (strikes(state.rule, state.seen, random)) met ??= state.rule;
      }
      return met;
    },
    close: () => timers.forEach((timer) => timer.cancel()),
  };
}

function isFor({ operation }: FaultRule, call: string): boolean {
  const [service, name] = operation.split(':');
  const [callService, callName] = [call.slice(0, call.indexOf(':')), call.slice(call.indexOf(':') + 1)];
  return (service === '*' || service === callService) && (name === '*' || name === callName);
}

function strikes(rule: FaultRule, seen: number, random: Random): boolean {
  if (rule.nth !== undefined && seen !== rule.nth) return false;
  if (rule.from !== undefined && seen < rule.from) return false;
  if (rule.to !== undefined && seen > rule.to) return false;
  if (rule.every !== undefined && seen % rule.every !== 0) return false;
  return rule.probability === undefined || random.next() < rule.probability;
}
