import { describe, expect, test } from '@jest/globals';
import { compareSettings, readSettings, type ServiceSettings, settingsInput } from '../service-settings.ts';

const targetGroup = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067';
const settings: ServiceSettings = {
  subnets: ['subnet-a', 'subnet-b'],
  securityGroups: ['sg-1'],
  assignPublicIp: 'DISABLED',
  targets: [{ targetGroup, container: 'web', port: 3000 }],
  registries: ['arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-1'],
  capacity: ['FARGATE'],
  graceSeconds: 120,
};

test('a service that was created with them is read back with them', () => {
  const created = settingsInput(settings);
  expect(readSettings(created)).toEqual(settings);
});

test('a service without load balancer and registry is told neither, and no grace, which ECS would refuse', () => {
  expect(settingsInput({ ...settings, targets: [], registries: [] })).toEqual({
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-a', 'subnet-b'],
        securityGroups: ['sg-1'],
        assignPublicIp: 'DISABLED',
      },
    },
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
  });
});

const forced = (change: Partial<ServiceSettings>) =>
  compareSettings(settings, { ...settings, ...change }).some(({ needsForce }) => needsForce);

describe('what differs', () => {
  const differences: readonly [what: string, change: Partial<ServiceSettings>, key: string][] = [
    ['network', { subnets: ['subnet-a', 'subnet-c'] }, 'networkConfiguration'],
    ['network', { assignPublicIp: 'ENABLED' }, 'networkConfiguration'],
    ['load balancer', { targets: [{ targetGroup, container: 'web', port: 3001 }] }, 'loadBalancers'],
    ['registry', { registries: [] }, 'serviceRegistries'],
    ['capacity', { capacity: ['FARGATE_SPOT'] }, 'capacityProviderStrategy'],
    ['health check grace', { graceSeconds: 60 }, 'healthCheckGracePeriodSeconds'],
  ];

  test.each(differences)('in %s is sent alone', (what, change, key) => {
    const changes = compareSettings(settings, { ...settings, ...change });
    expect(changes.map((one) => one.what)).toEqual([what]);
    expect(Object.keys(changes[0]?.input ?? {})).toEqual([key]);
  });

  test('is not the order in which AWS lists them', () => {
    expect(compareSettings(settings, { ...settings, subnets: ['subnet-b', 'subnet-a'] })).toEqual([]);
  });

  test('is not the launch type FARGATE against the capacity provider FARGATE', () => {
    const read = readSettings({ launchType: 'FARGATE' });
    expect(compareSettings(read, { ...read, capacity: ['FARGATE'] })).toEqual([]);
  });

  test('in capacity alone has to be forced', () => {
    expect([forced({ capacity: ['FARGATE_SPOT'] }), forced({ subnets: [] }), forced({ graceSeconds: 0 })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
