import { expect, test } from '@jest/globals';
import {
  DescribeImageScanFindingsCommand,
  GetAuthorizationTokenCommand,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr';
import type { VirtualClock } from '../clock.ts';
import { account, errorOf } from './account.ts';
import { registryClient } from './image.ts';

const repositoryName = 'smartboard/web';

async function scanned({
  ScanOnPush = true,
  labels = {},
}: { ScanOnPush?: boolean; labels?: Record<string, string> } = {}) {
  const { cloud, ecr } = account();
  const properties = { RepositoryName: repositoryName, ImageScanningConfiguration: { ScanOnPush } };
  await cloud.provision([{ id: 'R', type: 'AWS::ECR::Repository', properties }]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { pushImage } = await registryClient(cloud, authorizationData![0]!.authorizationToken!);
  await pushImage(repositoryName, 'abc', { config: { Labels: labels } });
  const image = { repositoryName, imageId: { imageTag: 'abc' } };
  return {
    clock: cloud.clock as VirtualClock,
    describe: () => ecr.send(new DescribeImageScanFindingsCommand(image)),
    scan: () => ecr.send(new StartImageScanCommand(image)),
  };
}

test('right after a push no scan is found, then it is in progress, then it tells what the image declares', async () => {
  const { clock, describe } = await scanned({ labels: { 'simulator.findings': 'CRITICAL=1,HIGH=2' } });
  expect((await errorOf(describe())).name).toBe('ScanNotFoundException');
  await clock.advance(5000);
  expect((await describe()).imageScanStatus!.status).toBe('IN_PROGRESS');
  await clock.advance(10_000);
  const { imageScanStatus, imageScanFindings } = await describe();
  expect(imageScanStatus!.status).toBe('COMPLETE');
  expect(imageScanFindings!.findingSeverityCounts).toEqual({ CRITICAL: 1, HIGH: 2 });
});

test('without scan on push an image is scanned when asked, once a day', async () => {
  const { clock, describe, scan } = await scanned({ ScanOnPush: false });
  await clock.advance(60_000);
  expect((await errorOf(describe())).name).toBe('ScanNotFoundException');
  await scan();
  expect((await errorOf(scan())).name).toBe('LimitExceededException');
  await clock.advance(15_000);
  expect((await describe()).imageScanFindings!.findings).toEqual([]);
});
