import { expect, test } from '@jest/globals';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { readFaultRules } from '../faults.ts';
import type { LogEntry } from '../request-log.ts';
import { account } from './account.ts';
import { registryClient } from './image.ts';

/** Everything that the log tells of a few calls with faults by chance. */
async function trace(seed: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const faults = readFaultRules([{ operation: 'ssm:*', kind: 'throttle', probability: 0.5 }]);
  const { cloud, ecr, ssm } = account({ seed, faults, log: (entry) => entries.push(entry) });
  await cloud.provision([
    { id: 'R', type: 'AWS::ECR::Repository', properties: { RepositoryName: 'web' } },
    { id: 'S', type: 'AWS::SecretsManager::Secret', properties: { Name: 'key', GenerateSecretString: {} } },
  ]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { pushImage } = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  await pushImage('web', 'abc');
  for (let at = 0; at < 8; at++) {
    const put = new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String', Overwrite: true });
    await ssm.send(put).catch(() => undefined);
  }
  return entries;
}

test('one seed is one story, another seed is another', async () => {
  const story = await trace(7);
  expect(await trace(7)).toEqual(story);
  expect(await trace(8)).not.toEqual(story);
});
