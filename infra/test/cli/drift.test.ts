import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Aws } from '../../../lib/aws/session.ts';
import { detectDrift } from '../../cli/cloudformation.ts';
import { describeDrift } from '../../cli/drift.ts';
import { type CliStage, openCliStage } from './cli-stage.ts';

let stage: CliStage;
beforeEach(async () => void (stage = await openCliStage()));
afterEach(() => stage.close());

/** A session in which CloudFormation gives these answers, by command, one after the other. */
function answering(answers: Readonly<Record<string, object[]>>, { configuration, clock, chance, region }: Aws): Aws {
  const send = async (_: unknown, { constructor }: object) => answers[constructor.name]?.shift() ?? {};
  return { region, configuration, clock, chance, send: send as Aws['send'] };
}

const begun = { DetectStackDriftCommand: [{ StackDriftDetectionId: 'd' }] };

test('what somebody has changed or deleted is asked for until CloudFormation knows, page by page', async () => {
  const aws = answering(
    {
      ...begun,
      DescribeStackDriftDetectionStatusCommand: [
        { DetectionStatus: 'DETECTION_IN_PROGRESS' },
        { DetectionStatus: 'DETECTION_IN_PROGRESS' },
        { DetectionStatus: 'DETECTION_COMPLETE', StackDriftStatus: 'DRIFTED' },
      ],
      DescribeStackResourceDriftsCommand: [
        { StackResourceDrifts: [{ LogicalResourceId: 'A' }], NextToken: 'more' },
        { StackResourceDrifts: [{ LogicalResourceId: 'B' }] },
      ],
    },
    stage.aws,
  );
  const before = aws.clock.now();
  const drifts = await detectDrift(aws, 'smartboard-prod-data');
  expect(drifts.map(({ LogicalResourceId: id }) => id)).toEqual(['A', 'B']);
  expect(aws.clock.now() - before).toBe(10_000);
});

test('a detection that fails says why', async () => {
  const failed = { DetectionStatus: 'DETECTION_FAILED', DetectionStatusReason: 'not allowed to read A' };
  const aws = answering({ ...begun, DescribeStackDriftDetectionStatusCommand: [failed] }, stage.aws);
  await expect(detectDrift(aws, 'smartboard-prod-data')).rejects.toMatchObject({
    code: 'E_REMOTE',
    message: expect.stringContaining('not allowed to read A'),
  });
});

test('is told by place, never by value', () => {
  const path = { PropertyPath: '/Environment/0/Value', ExpectedValue: 'a-secret', ActualValue: 'other' };
  const changed = { LogicalResourceId: 'A', ResourceType: 'AWS::S3::Bucket', StackResourceDriftStatus: 'MODIFIED' };
  expect(describeDrift('data', { ...changed, PropertyDifferences: [path] })).toBe(
    '  data/A (AWS::S3::Bucket): changed in /Environment/0/Value',
  );
  expect(describeDrift('data', { ...changed, StackResourceDriftStatus: 'DELETED' })).toBe(
    '  data/A (AWS::S3::Bucket): deleted',
  );
});

test('without stacks there is none', async () => {
  const { code, report } = await stage.run('drift');
  expect([code, report.outcome, report.notes]).toEqual([0, 'checked', ['Everything is as it was deployed.']]);
});
