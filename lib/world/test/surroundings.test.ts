import { expect, test } from '@jest/globals';
import { realSurroundings, rehearsalHost } from '../surroundings.ts';
import { systemClock } from '../system.ts';

test.each([
  ['http://127.0.0.1:4566', '127.0.0.1:4566'],
  ['http://localhost:4566/', 'localhost:4566'],
  ['https://127.0.0.1.evil.example', undefined],
  ['https://vpce.example', undefined],
  ['', undefined],
  ['not a url', undefined],
])('AWS at %j: the stand-in on this machine is %j', (endpoint, host) => {
  expect(rehearsalHost({ ...realSurroundings, variables: { AWS_ENDPOINT_URL: endpoint } })).toBe(host);
});

test('a sleep that is cancelled ends with the reason of the cancellation', async () => {
  const cancel = new AbortController();
  const asleep = systemClock.sleep(60_000, cancel.signal);
  cancel.abort(new Error('the job was cancelled'));
  await expect(asleep).rejects.toThrow('the job was cancelled');
});
