import { expect, test } from '@jest/globals';
import { parseValueFrom } from '../value-from.ts';

const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/jwt-secret-AbCdEf';
const parameter = 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/prod/level';

test.each([
  [secret, { kind: 'secret', id: secret, key: undefined, isPinned: false }],
  [`${secret}:key::`, { kind: 'secret', id: secret, key: 'key', isPinned: false }],
  [`${secret}:::`, { kind: 'secret', id: secret, key: undefined, isPinned: false }],
  [`${secret}:key:AWSPREVIOUS:`, { kind: 'secret', id: secret, key: 'key', isPinned: true }],
  [`${secret}:::version-id`, { kind: 'secret', id: secret, key: undefined, isPinned: true }],
  [parameter, { kind: 'parameter', name: parameter }],
  ['/app/prod/level', { kind: 'parameter', name: '/app/prod/level' }],
])('%s leads to a value', (valueFrom, source) => {
  expect(parseValueFrom(valueFrom)).toEqual(source);
});
