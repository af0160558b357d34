import { afterEach, expect, test } from '@jest/globals';
import { buildPush } from '../src/main.ts';
import { type Workshop, buildRole, openWorkshop } from './workshop.ts';

let workshop: Workshop;
afterEach(() => workshop.close());

/** ECR's answer to GetAuthorizationToken, replaced on the wire. */
async function runWithToken(authorizationToken: string, proxyEndpoint: string) {
  workshop = await openWorkshop();
  const { cloud } = workshop.stage;
  let docker = 0;
  const run = await workshop.stage.run(
    'build-push',
    (step, surroundings) => {
      const real = surroundings.requestHandler as unknown as {
        handle(request: unknown): Promise<{ response: { body: Buffer } }>;
      };
      const handle = async (request: { headers: Record<string, string> }) => {
        const answer = await real.handle(request);
        if (!request.headers['x-amz-target']?.endsWith('.GetAuthorizationToken')) return answer;
        const body = Buffer.from(JSON.stringify({ authorizationData: [{ authorizationToken, proxyEndpoint }] }));
        return { response: { ...answer.response, headers: {}, body } };
      };
      const requestHandler = { ...real, handle } as unknown as NonNullable<typeof surroundings.requestHandler>;
      return buildPush(step, { ...surroundings, requestHandler }, async () => ++docker);
    },
    { 'role-to-assume': buildRole },
  );
  return { error: run.error, docker, cloud };
}

const registry = 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com';
const token = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['not base64', '***'],
  ['empty', ''],
  ['without a colon', token('AWS')],
  ['without a password', token('AWS:')],
  ['without a user', token(':secret')],
])('a token that is %s is refused, and docker is not called', async (_what, text) => {
  const { error, docker } = await runWithToken(text, registry);
  expect(error).toMatchObject({ code: 'E_REMOTE', place: 'ecr:GetAuthorizationToken' });
  expect(docker).toBe(0);
});

test.each([
  'https://evil.example',
  'https://999999999999.dkr.ecr.eu-west-1.amazonaws.com',
  'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  'http://111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '',
])('the password goes nowhere when ECR says that it is for %j', async (endpoint) => {
  const { error, docker } = await runWithToken(token('AWS:secret-password'), endpoint);
  expect(error).toMatchObject({ code: 'E_SCOPE', place: 'registry' });
  expect(docker).toBe(0);
});
