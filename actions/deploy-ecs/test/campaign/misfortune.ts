import type { Labels } from '../../../../rehearsal/test/stage/release.ts';
import type { FaultRule } from '../../../../simulator/faults.ts';
import type { Dice } from './chance.ts';

const calls = ['ecs:*', 'ecs:UpdateService', 'ecs:DescribeServices', 'ecs:DescribeTasks', 'ssm:*', 'ecr:*'] as const;
const writes = ['ecs:UpdateService', 'ecs:CreateService', 'ecs:RegisterTaskDefinition', 'ecs:RunTask'] as const;

/** One thing that goes wrong between us and AWS; none of them lasts, so a healthy release has to survive it. */
export function drawFault(dice: Dice): FaultRule {
  const nth = dice.upTo(8);
  return dice.pick<FaultRule>([
    { operation: 'ecs:*', kind: 'throttle', probability: 0.3, until: 90 },
    { operation: 'ssm:*', kind: 'throttle', probability: 0.3, until: 60 },
    { operation: dice.pick(calls), kind: 'server-error', probability: 0.2, until: 90 },
    { operation: dice.pick(writes), kind: 'server-error-after', nth: dice.upTo(3) },
    { operation: dice.pick(writes), kind: 'reset-after', nth: dice.upTo(3) },
    { operation: 'ssm:PutParameter', kind: 'reset-after', nth },
    { operation: 'ssm:PutParameter', kind: 'server-error-after', every: dice.upTo(4) + 1 },
    { operation: 'ssm:PutParameter', kind: 'error', code: 'TooManyUpdates', from: nth, to: nth + 2 },
    { operation: dice.pick(calls), kind: 'reset', nth },
    { operation: dice.pick(calls), kind: 'truncate', every: 1 + nth, to: 20 },
    { operation: dice.pick(calls), kind: 'hang', nth },
    { operation: dice.pick(calls), kind: 'expired-token', nth },
    { operation: 'sts:AssumeRoleWithWebIdentity', kind: 'server-error', nth: 1 },
    { operation: '*:*', kind: 'delay', ms: 400 * dice.upTo(5), after: dice.upTo(30), until: 90 },
    { operation: 'ecs:UpdateService', kind: 'reset-after', every: 2, to: 4 },
  ]);
}

/** How the program of a bad image behaves. */
export function drawFailure(dice: Dice): Labels {
  return dice.pick<Labels>([
    { 'simulator.exit-code': '1', 'simulator.log': 'Error: relation "users" does not exist' },
    { 'simulator.runs-for': '15', 'simulator.exit-code': '1' },
    { 'simulator.oom-at': '2', 'simulator.log': 'loading' },
    { 'simulator.cannot-start': 'exec: "node": executable file not found' },
    { 'simulator.lost-at': '3' },
  ]);
}
