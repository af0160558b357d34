import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outsideScope } from '../arn.ts';
import { containerRefusal, forbiddenMatch, isEnvironmentName } from '../environment-names.ts';
import { describeFargateMemories, fargateCpus, fargateMemories, isFargatePair } from '../fargate.ts';
import { literalSecret } from '../literal-secret.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { percentEncode } from '../percent.ts';

describe('percent-encoding', () => {
  test('leaves only the unreserved characters of RFC 3986', () => {
    expect(percentEncode("aZ09-._~ !'()*:/?#[]@&=+$,;%é")).toBe(
      'aZ09-._~%20%21%27%28%29%2A%3A%2F%3F%23%5B%5D%40%26%3D%2B%24%2C%3B%25%C3%A9',
    );
  });

  test('any well-formed text comes back from a URL as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { password } = new URL(`x://user:${percentEncode(value)}@host`);
        expect(decodeURIComponent(password)).toBe(value);
      }),
    );
  });

  test('half a surrogate pair is refused without being repeated', () => {
    expect(() => percentEncode('hunter2\uD800')).toThrow(RangeError);
    expect(() => percentEncode('hunter2\uD800')).not.toThrow(/hunter2/);
  });
});

describe('names of variables', () => {
  test.each([
    ['A', true],
    ['_A1', true],
    ['A'.repeat(128), true],
    ['A'.repeat(129), false],
    ['', false],
    ['a', false],
    ['1A', false],
    ['A\n', false],
    ['__PROTO__', false],
  ])('%j: %s', (name, isAllowed) => {
    expect(isEnvironmentName(name)).toBe(isAllowed);
  });

  test('a container may be given NODE_OPTIONS and AWS_REGION, but nothing that the loader obeys', () => {
    expect(['NODE_OPTIONS', 'AWS_REGION', 'PATH'].map(containerRefusal)).toEqual([undefined, undefined, undefined]);
    expect(containerRefusal('LD_PRELOAD')).toContain('foreign code');
  });

  test.each(['DEV_BYPASS_AUTH', 'dev_bypass_auth', 'ＤＥＶ_BYPASS_AUTH', ' Dev_Bypass_Auth '])(
    '%j is forbidden',
    (name) => {
      expect(forbiddenMatch(name, ['DEV_BYPASS_AUTH'])).toBe('DEV_BYPASS_AUTH');
    },
  );

  test('a name that only contains a forbidden one is another name', () => {
    expect(forbiddenMatch('NO_DEV_BYPASS_AUTH', ['DEV_BYPASS_AUTH'])).toBeUndefined();
  });
});

describe('Fargate', () => {
  test('knows 7 CPU sizes with 3, 4, 7, 13, 23, 12 and 12 memory sizes', () => {
    expect(fargateCpus.map((cpu) => fargateMemories(cpu).length)).toEqual([3, 4, 7, 13, 23, 12, 12]);
  });

  test.each([
    [256, 512, true],
    [256, 3072, false],
    [4096, 30720, true],
    [8192, 18432, false],
    [16384, 122880, true],
    [300, 512, false],
  ])('cpu %i with memory %i: %s', (cpu, memory, isPair) => {
    expect(isFargatePair(cpu, memory)).toBe(isPair);
  });

  test('says which sizes go together', () => {
    expect([256, 8192].map(describeFargateMemories)).toEqual(['512, 1024, 2048', '16384 to 61440 in steps of 4096']);
  });
});

describe('a literal that is no secret', () => {
  test.each([
    ['LOG_LEVEL', 'info'],
    ['MAX_TOKENS', '4096'],
    ['TOKEN_URL', 'https://login.example.com/oauth2/v2.0/token'],
    ['REQUIRE_TOKEN', 'true'],
    ['PASSWORD', ''],
    ['CLIENT_ID', '6f1c2a34-9b8d-4e7f-8a6b-1c2d3e4f5a6b'],
    ['GIT_SHA', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
    ['HANDLER', 'MyVeryLongServiceName2RequestHandler'],
    ['HOST', 'smartboard-prod.cluster-ro.eu-west-1.rds.amazonaws.com'],
    ['QUEUE', 'arn:aws:sqs:eu-west-1:111122223333:smartboard-datasets-uploads'],
    ['ORIGINS', 'https://a.example.com,https://b.example.com:8443'],
    ['TEMPLATE', 'rediss://:{cache.token}@{cache.host}:{cache.port}'],
  ])('%s=%s', (name, value) => {
    expect(literalSecret(value, name)).toBeUndefined();
  });
});

test('random keys are told from words more than nine times in ten', () => {
  const key = fc.stringMatching(/^[A-Za-z0-9]{32}$/);
  const found = fc.sample(key, { numRuns: 500, seed: 7 }).filter((value) => literalSecret(value, 'A') !== undefined);
  expect(found.length).toBeGreaterThan(450);
});

describe('did you mean', () => {
  test.each([
    ['servces', 'services'],
    ['heath-check', 'health-check'],
    ['Port', 'port'],
    ['prot', 'port'],
    ['zzz', undefined],
  ])('%s: %s', (word, meant) => {
    expect(nearest(word, ['services', 'health-check', 'port', 'ingress'])).toBe(meant);
  });

  test('lists the known words when none is near and they are few', () => {
    expect(didYouMean('zzzzzz', ['a', 'b'])).toBe('Known here: a, b.');
  });
});

test.each([
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf', undefined],
  ['arn:aws:iam::111122223333:role/x', undefined],
  ['arn:aws:s3:::bucket', undefined],
  ['arn:aws:iam::999999999999:role/x', 'another account than the environment'],
  ['arn:aws:ssm:us-east-1:111122223333:parameter/a', 'the region us-east-1, and the environment is in eu-west-1'],
  ['arn:aws-cn:iam::111122223333:role/x', 'the partition aws-cn, and eu-west-1 is in aws'],
])('%s is outside: %s', (arn, outside) => {
  expect(outsideScope(arn, { account: '111122223333', region: 'eu-west-1' })).toBe(outside);
});
