import { expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnNatGateway, CfnRoute, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';
import { fitEmulator } from '../lib/emulator.ts';
import { allOf } from './resources.ts';

test('What an emulator lacks becomes a handle that makes nothing, and what refers to it still resolves', () => {
  const app = new App();
  const stack = new Stack(app, 'stack');
  new CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
  const nat = new CfnNatGateway(stack, 'Nat', { subnetId: 'subnet-0123456789abcdef0', allocationId: 'eipalloc-0' });
  const route = new CfnRoute(stack, 'Route', { routeTableId: 'rtb-0', natGatewayId: nat.ref });
  route.addResourceDependency(nat);
  fitEmulator(app, 'ministack');
  expect(Template.fromStack(stack).toJSON()['Resources']).toEqual({
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Nat: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Route: {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: 'rtb-0', NatGatewayId: { Ref: 'Nat' } },
      DependsOn: ['Nat'],
    },
  });
});

test('Of alarms only those are left out that compute with metrics', () => {
  const app = new App();
  const stack = new Stack(app, 'stack');
  const alarm = { comparisonOperator: 'LessThanThreshold', threshold: 1, evaluationPeriods: 1 };
  new CfnAlarm(stack, 'Plain', { ...alarm, namespace: 'AWS/RDS', metricName: 'CPUUtilization', period: 60 });
  new CfnAlarm(stack, 'Computed', { ...alarm, metrics: [{ id: 'sum', expression: '1 + 1' }] });
  fitEmulator(app, 'ministack');
  expect(allOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')).toHaveLength(1);
});

test('An emulator that nobody knows is refused with those that are known', () => {
  expect(() => fitEmulator(new App(), 'localstack')).toThrow(
    expect.objectContaining({ code: 'E_INPUT', remedy: 'Known are: ministack.' }),
  );
});
