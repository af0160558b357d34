import { describe, expect, test } from '@jest/globals';
import { matches } from '../services/elb/health.ts';
import { matchesPath } from '../services/elb/routing.ts';
import { createWeb, ecsWorld, messages, register, updateWeb } from './ecs-world.ts';
import type { EcsWorld } from './ecs-world.ts';

const elbv2 = 'AWS::ElasticLoadBalancingV2::';

/** A load balancer with `/api/*` to one target group and everything else to another, and a redirecting listener. */
function loadBalancer(world: EcsWorld) {
  const group = (Name: string) =>
    world.make(`${elbv2}TargetGroup`, {
      Name,
      Port: 3000,
      Protocol: 'HTTP',
      TargetType: 'ip',
      HealthCheckPath: '/health/ready',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }],
    }).ref;
  const [api, web, unused] = [group('api'), group('web'), group('unused')];
  const arn = world.make(`${elbv2}LoadBalancer`, { Name: 'smartboard' }).ref;
  const listener = (Port: number, action: object) =>
    world.make(`${elbv2}Listener`, { LoadBalancerArn: arn, Port, DefaultActions: [action] }).ref;
  listener(80, { Type: 'redirect', RedirectConfig: {} });
  const https = listener(443, { Type: 'forward', TargetGroupArn: web });
  world.make(`${elbv2}ListenerRule`, {
    ListenerArn: https,
    Priority: 10,
    Conditions: [{ Field: 'path-pattern', Values: ['/api/*'] }],
    Actions: [{ Type: 'forward', TargetGroupArn: api }],
  });
  return { arn, api, web, unused };
}

const behind = (targetGroupArn: string) => ({
  loadBalancers: [{ targetGroupArn, containerName: 'web', containerPort: 3000 }],
});

test('a task counts when its target is healthy, and is routed to', async () => {
  const world = ecsWorld();
  const { arn, web } = loadBalancer(world);
  createWeb(world, register(world, world.push('web:1')), behind(web));
  const health = () =>
    world.call('DescribeTargetHealth', { TargetGroupArn: web }).TargetHealthDescriptions[0]?.TargetHealth.State;
  await world.seconds(15);
  expect([health(), world.cloud.elb.route(arn, '/')]).toEqual(['initial', undefined]);
  await world.seconds(30);
  expect(health()).toBe('healthy');
  expect(world.cloud.elb.route(arn, '/any?x=1')).toMatchObject({ port: 3000 });
  expect(world.cloud.elb.route(arn, '/api/status')).toBeUndefined();
  expect(world.service('web').deployments[0].rolloutState).toBe('COMPLETED');
});

test('an old task is drained for the deregistration delay before the deployment completes', async () => {
  const world = ecsWorld();
  const { arn, web } = loadBalancer(world);
  createWeb(world, register(world, world.push('web:1')), behind(web));
  await world.seconds(60);
  const before = world.cloud.elb.route(arn, '/')!.id;
  updateWeb(world, { forceNewDeployment: true });
  const states = () =>
    world
      .call('DescribeTargetHealth', { TargetGroupArn: web })
      .TargetHealthDescriptions.map((one: { TargetHealth: { State: string } }) => one.TargetHealth.State)
      .sort();
  await world.seconds(35);
  expect(states()).toEqual(['draining', 'healthy']);
  expect(world.cloud.elb.route(arn, '/')!.id).not.toBe(before);
  expect(world.service('web').deployments).toHaveLength(2);
  await world.seconds(40);
  expect(states()).toEqual(['healthy']);
  expect(world.service('web').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  expect(messages(world)).toContain('(service web) has begun draining connections on 1 tasks.');
});

test('targets that answer 503 are replaced until the circuit breaker trips, after the grace period', async () => {
  const world = ecsWorld();
  const { web } = loadBalancer(world);
  createWeb(world, register(world, world.push('web:1')), { ...behind(web), healthCheckGracePeriodSeconds: 60 });
  await world.seconds(60);
  const first = world.service('web').deployments[0].id;
  const bad = register(world, world.push('web:2', { 'simulator.http-codes': '503' }), { healthCheck: undefined });
  updateWeb(world, { taskDefinition: bad });
  await world.seconds(60);
  expect(world.service('web').deployments[0].failedTasks).toBe(0);
  await world.seconds(900);
  expect(world.service('web').deployments).toMatchObject([{ id: first, rolloutState: 'COMPLETED' }]);
  expect(messages(world).join('\n')).toMatch(
    /\(port 3000\) is unhealthy in \(target-group arn:.*\) due to \(reason Health checks failed with these codes: \[503\]\)\./,
  );
  const { taskArns } = world.call('ListTasks', { cluster: 'smartboard', desiredStatus: 'STOPPED' });
  expect(world.task(taskArns[0]).stoppedReason).toMatch(/^Task failed ELB health checks in \(target-group arn:/);
});

describe('CreateService refuses', () => {
  test.each([
    ['a target group that does not exist', { targetGroupArn: 'arn:none' }, 'does not exist'],
    ['a target group without load balancer', {}, 'does not have an associated load balancer'],
    ['an unknown container', { containerName: 'api' }, 'does not exist in the task definition'],
    ['an unknown port', { containerPort: 1 }, 'did not have a container port 1 defined'],
  ])('%s', (what, change, message) => {
    const world = ecsWorld();
    const { web, unused } = loadBalancer(world);
    const [first] = behind(what.includes('without') ? unused : web).loadBalancers;
    const arn = register(world, world.push('web:1'));
    expect(() => createWeb(world, arn, { loadBalancers: [{ ...first, ...change }] })).toThrow(message);
  });
});

test('a healthy task is found by its Cloud Map name, and no longer when it stops', async () => {
  const world = ecsWorld();
  const namespace = world.make('AWS::ServiceDiscovery::PrivateDnsNamespace', {
    Name: 'smartboard.internal',
    Vpc: 'vpc-1',
  });
  const name = world.make('AWS::ServiceDiscovery::Service', {
    Name: 'svc-auth',
    NamespaceId: namespace.ref,
    DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
  });
  createWeb(world, register(world, world.push('web:1')), {
    serviceRegistries: [{ registryArn: name.attributes['Arn'] }],
  });
  const resolve = () => world.cloud.discovery.resolve('svc-auth.smartboard.internal');
  await world.seconds(12);
  expect(resolve()).toEqual([]);
  await world.seconds(30);
  expect(resolve()).toHaveLength(1);
  updateWeb(world, { desiredCount: 0 });
  await world.seconds(30);
  expect(resolve()).toEqual([]);
  world.cloud.discovery.fix('database.example', '127.0.0.9');
  expect(world.cloud.discovery.resolve('Database.example.')).toEqual(['127.0.0.9']);
});

test.each([
  ['/api/*', '/api/status', true],
  ['/api/*', '/api', false],
  ['/*', '/', true],
  ['/a?c', '/abc', true],
  ['/a.c', '/abc', false],
  ['/API/*', '/api/x', false],
])('the pattern %s and the path %s', (pattern, path, isMatch) => {
  expect(matchesPath(pattern, path)).toBe(isMatch);
});

test.each([
  ['200', 200, true],
  ['200-299', 204, true],
  ['200,302', 302, true],
  ['200', 503, false],
])('the codes %s and %i', (codes, code, isMatch) => {
  expect(matches(codes, code)).toBe(isMatch);
});
