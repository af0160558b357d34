import { expect, test } from '@jest/globals';
import { githubCredentials } from '../credentials.ts';
import { answers, brokenConnection, fakeTransport, patientClock, refusesInXml, type Answer } from './transport.ts';

const claims = { sub: 'repo:smartboard/app:ref:refs/heads/main', aud: 'sts.amazonaws.com' };
const token = `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

function credentials(...script: readonly Answer[]) {
  const transport = fakeTransport(script);
  const clock = patientClock();
  const masked: string[] = [];
  let tokens = 0;
  const provide = githubCredentials({
    roleArn: 'arn:aws:iam::111122223333:role/deploy',
    sessionName: 'slipway-build-push-17',
    durationSeconds: 3600,
    audience: 'sts.amazonaws.com',
    idToken: async () => {
      tokens++;
      return token;
    },
    mask: (value) => masked.push(value),
    region: 'eu-west-1',
    requestHandler: transport.handler,
    clock,
    chance: () => 0.5,
    log: { info: () => {}, warn: () => {}, group: (_title, work) => work() },
  });
  return { provide, clock, requests: transport.requests, tokens: () => tokens, masked };
}

function session(key: string, expiration = '2026-01-01T01:00:00Z'): Answer {
  return answers(
    `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${key}</AccessKeyId>` +
      `<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration>` +
      `</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    'text/xml',
  );
}

test('the token is exchanged once, however many ask at the same time', async () => {
  const { provide, requests, masked } = credentials(session('ASIA1'));
  const [one, other] = await Promise.all([provide(), provide()]);
  expect([one.accessKeyId, other.accessKeyId]).toEqual(['ASIA1', 'ASIA1']);
  expect(requests).toHaveLength(1);
  expect(requests[0]!.headers['authorization']).toBeUndefined();
  expect(masked).toEqual(['s', 't']);
});

test('fresh ones are fetched at 80 % of their life', async () => {
  const { provide, clock, requests } = credentials(session('ASIA1'), session('ASIA2', '2026-01-01T02:00:00Z'));
  await provide();
  clock.advance(47 * 60_000);
  expect((await provide()).accessKeyId).toBe('ASIA1');
  clock.advance(2 * 60_000);
  expect((await provide()).accessKeyId).toBe('ASIA2');
  expect(requests).toHaveLength(2);
});

test('every attempt brings a new OIDC token', async () => {
  const { provide, tokens } = credentials(brokenConnection('ECONNRESET'), session('ASIA1'));
  await provide();
  expect(tokens()).toBe(2);
});

test('a trust policy that does not match shows sub and aud, and never the token', async () => {
  const denied = refusesInXml(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const { provide, requests } = credentials(denied);
  const error = (await provide().catch((reason: unknown) => reason)) as Error;
  expect(error).toMatchObject({ code: 'E_SCOPE', place: 'role-to-assume' });
  expect(error.message).toContain('sub "repo:smartboard/app:ref:refs/heads/main", aud "sts.amazonaws.com"');
  expect(error.message).not.toContain(token.split('.')[1]);
  expect(requests).toHaveLength(1);
});

test.each([
  [
    'ExpiredTokenException',
    'Token expired: current date/time must be before the expiration',
    'E_REMOTE',
    'set its clock',
  ],
  [
    'InvalidIdentityToken',
    'No OpenIDConnect provider found in your account for https://token…',
    'E_SCOPE',
    'OIDC provider https',
  ],
  [
    'InvalidIdentityToken',
    "Couldn't retrieve verification key from your identity provider",
    'E_REMOTE',
    'githubstatus.com',
  ],
  ['InvalidIdentityToken', 'Incorrect token audience', 'E_SCOPE', 'this sub and aud'],
  [
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration',
    'E_SCOPE',
    'role-duration-seconds',
  ],
])('%s (%s) has a remedy of its own', async (name, says, code, remedy) => {
  const { provide, requests } = credentials(refusesInXml(400, name, says));
  const error = (await provide().catch((reason: unknown) => reason)) as Error;
  expect(error).toMatchObject({ code, remedy: expect.stringContaining(remedy) });
  expect(requests).toHaveLength(1);
});

test('a provider that AWS cannot reach is asked again', async () => {
  const away = refusesInXml(400, 'IDPCommunicationError', 'The request to the identity provider failed');
  const { provide, tokens } = credentials(away, session('ASIA1'));
  expect((await provide()).accessKeyId).toBe('ASIA1');
  expect(tokens()).toBe(2);
});
