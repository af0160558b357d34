import { describe, expect, test } from '@jest/globals';
import type { ConditionValues } from '../authorization.ts';
import { allHold, readConditions } from '../services/iam/conditions.ts';

const holds = (operator: string, key: string, wanted: string[], values: ConditionValues) =>
  allHold(readConditions({ [operator]: { [key]: wanted } }), values);

const cluster = 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod';

describe('a condition on a key of one value', () => {
  test.each<[operator: string, wanted: string[], value: string, expected: boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', ['a*'], 'ab', false],
    ['StringEquals', ['a'], 'A', false],
    ['StringEqualsIgnoreCase', ['a'], 'A', true],
    ['StringLike', ['a*', 'c'], 'ab', true],
    ['StringLike', ['a?'], 'a', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotLike', ['a*'], 'b', true],
    ['StringNotEqualsIgnoreCase', ['a'], 'A', false],
    ['Bool', ['True'], 'true', true],
    ['Bool', ['false'], 'true', false],
    ['NumericLessThanEquals', ['512'], '512', true],
    ['NumericLessThan', ['512'], '512', false],
    ['NumericGreaterThan', ['256'], '1024', true],
    ['NumericGreaterThanEquals', ['256'], '255', false],
    ['NumericEquals', ['256'], '256.0', true],
    ['NumericNotEquals', ['256'], '256.0', false],
    ['Null', ['true'], 'a', false],
    ['Null', ['false'], 'a', true],
  ])('%s %j of %s is %s', (operator, wanted, value, expected) => {
    expect(holds(operator, 'ecs:propagate-tags', wanted, { 'ecs:propagate-tags': value })).toBe(expected);
  });

  test.each<[pattern: string, expected: boolean]>([
    [cluster, true],
    ['arn:aws:ecs:*:*:cluster/prod', true],
    ['arn:aws:ecs:eu-west-1:111122223333:cluster/p*', true],
    ['arn:aws:ecs:*:cluster/prod', false],
    ['arn:aws:ecs:*', false],
    ['arn:aws:ecs:eu-west-1:111122223333:cluster/production', false],
  ])('ArnLike and ArnEquals compare part by part: %s', (pattern, expected) => {
    expect(holds('ArnLike', 'ecs:cluster', [pattern], { 'ecs:cluster': cluster })).toBe(expected);
    expect(holds('ArnEquals', 'ecs:cluster', [pattern], { 'ecs:cluster': cluster })).toBe(expected);
    expect(holds('ArnNotLike', 'ecs:cluster', [pattern], { 'ecs:cluster': cluster })).toBe(!expected);
  });

  test.each<[operator: string, expected: boolean]>([
    ['StringEquals', false],
    ['StringEqualsIfExists', true],
    ['StringNotEquals', true],
    ['StringNotEqualsIfExists', true],
    ['ArnNotLike', true],
    ['Bool', false],
    ['BoolIfExists', true],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringNotEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
    ['Null', true],
  ])('%s of a key without a value is %s', (operator, expected) => {
    expect(holds(operator, 'ecs:cluster', ['true'], {})).toBe(expected);
  });

  test('key names are compared without regard to case', () => {
    expect(holds('StringEquals', 'ECS:createAction', ['RunTask'], { 'ecs:CreateAction': 'RunTask' })).toBe(true);
  });
});

describe('a condition on a key of several values', () => {
  const tags = { 'aws:TagKeys': ['team', 'cost'] };
  test.each<[operator: string, wanted: string[], expected: boolean]>([
    ['ForAllValues:StringEquals', ['team', 'cost', 'env'], true],
    ['ForAllValues:StringEquals', ['team'], false],
    ['ForAnyValue:StringEquals', ['team'], true],
    ['ForAnyValue:StringEquals', ['env'], false],
    ['ForAllValues:StringNotEquals', ['env'], true],
    ['ForAllValues:StringNotEquals', ['team'], false],
    ['ForAnyValue:StringNotEquals', ['team'], true],
    ['ForAnyValue:StringLike', ['t*'], true],
  ])('%s %j is %s', (operator, wanted, expected) => {
    expect(holds(operator, 'aws:TagKeys', wanted, tags)).toBe(expected);
  });

  test('an empty list is as good as none', () => {
    expect(holds('ForAllValues:StringEquals', 'aws:TagKeys', ['team'], { 'aws:TagKeys': [] })).toBe(true);
    expect(holds('ForAnyValue:StringEquals', 'aws:TagKeys', ['team'], { 'aws:TagKeys': [] })).toBe(false);
  });
});

test('all operators and all their keys must hold', () => {
  const conditions = readConditions({
    StringEquals: { 'ecs:propagate-tags': ['SERVICE'], 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] },
    ArnEquals: { 'ecs:cluster': [cluster] },
  });
  const values = {
    'ecs:propagate-tags': 'SERVICE',
    'iam:PassedToService': 'ecs-tasks.amazonaws.com',
    'ecs:cluster': cluster,
  };
  expect(allHold(conditions, values)).toBe(true);
  for (const key of Object.keys(values)) expect(allHold(conditions, { ...values, [key]: 'other' })).toBe(false);
});
