import { describe, expect, test } from '@jest/globals';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { costChanges, describeCostChange } from '../cost/change.ts';
import { costCommand } from '../cost/command.ts';
import { costOf } from '../cost/cost-of.ts';
import { alarmCount, declaredSecretCount, endpointCount, firewallRuleCount } from '../cost/forgotten-lines.ts';
import { guide } from '../cost/guide.ts';
import { natGateways } from '../cost/guide-lines.ts';
import { quiet } from '../cost/usage.ts';
import { whatIfs } from '../cost/what-if.ts';
import { calledWhenTasksStart } from '../lib/constructs/aws-endpoints.ts';
import { alone } from './alone.ts';
import { allOf } from './resources.ts';
import { example, exampleManifest } from './synthesised.ts';
import { variedManifest, type Change } from './varied.ts';

const manifest = manifestWith();
const cost = costOf(manifest);
const sumOf = (part: string, of = cost) =>
  of.lines.filter((line) => line.part === part).reduce((sum, { usd = 0 }) => sum + usd, 0);

describe('Cost Estimate (MVP — eu-west-1)', () => {
  test('The guide says 245 USD a month; what it describes is between 380 and 440', () => {
    expect(guide.reduce((sum, { usd }) => sum + usd, 0)).toBe(245);
    expect(cost.usd).toBeGreaterThan(380);
    expect(cost.usd).toBeLessThan(440);
  });

  test.each([
    // 8 × (0.25 × 0.04048 + 0.5 × 0.004445) × 730, and the worker on spot at 30 % of that.
    ['ECS Fargate', 74.78],
    // Two instances at 0.08, 10 GB, 20 million requests.
    ['RDS Aurora PostgreSQL', 122.3],
    ['ElastiCache Redis', 25.55],
    ['S3 + data transfer', 1.13],
    ['ALB', 21.32],
    ['CloudWatch Logs', 5.7],
    ['NAT Gateway', 71.04],
    ['not in the guide', 64.84],
  ])('%s: %d', (part, usd) => {
    expect(sumOf(part)).toBeCloseTo(usd, 2);
  });

  test('The sum is the sum of its lines, and each says where its price stands', () => {
    expect(cost.lines.reduce((sum, { usd = 0 }) => sum + usd, 0)).toBeCloseTo(cost.usd, 6);
    expect(cost.unpriced).toEqual([]);
    for (const { source } of cost.lines) expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\/$/);
  });

  test('A size that the table does not know is left out and named, not guessed', () => {
    const other = costOf(manifestWith(['db.t4g.medium', 'db.x9g.huge']));
    expect(other.unpriced).toEqual(['instances, db.x9g.huge']);
    expect(sumOf('RDS Aurora PostgreSQL', other)).toBeCloseTo(5.5, 2);
  });

  test('Usage that is not supposed but known changes the sum', () => {
    expect(costOf(manifest, { ...quiet, natGb: 1020 }).usd - cost.usd).toBeCloseTo(48, 6);
  });
});

describe('What is counted is what is made', () => {
  test('in the example', () => {
    expect(natGateways(manifest)).toBe(countOf('AWS::EC2::NatGateway'));
    expect(alarmCount(manifest)).toBe(countOf('AWS::CloudWatch::Alarm'));
    expect(declaredSecretCount(manifest)).toBe(countOf('AWS::SecretsManager::Secret'));
    const [acl] = allOf(example().get('edge')!, 'AWS::WAFv2::WebACL');
    expect(acl!['Rules']).toHaveLength(firewallRuleCount);
    expect(endpointCount).toBe(calledWhenTasksStart.length);
  });

  test('with two nodes and another class, or without alarms', () => {
    const changes: Change[] = [
      ['nodes: 1', 'nodes: 2'],
      ['db.t4g.medium', 'db.r6g.large'],
    ];
    const shared = allOf(alone.monitoring(changes), 'AWS::CloudWatch::Alarm').length;
    expect(alarmCount(manifestWith(...changes))).toBe(manifest.services.size + shared);
    expect(alarmCount(manifestWith(['nat: per-az', 'alarms: { enabled: false }']))).toBe(0);
  });
});

describe('What if', () => {
  test.each([
    [/spot/, -37.84],
    [/single NAT/, -38.69],
    [/ARM64/, -14.95],
    [/second Redis/, 25.65],
  ])('%s changes the month by %d', (what, usd) => {
    expect(differenceOf(what)).toBeCloseTo(usd, 2);
  });

  test('One Redis node is asked about where there are two, and nothing that is so already', () => {
    const two = manifestWith(['nodes: 1', 'nodes: 2'], ['nat: per-az', 'nat: single']);
    expect(differenceOf(/one Redis node/, two)).toBeCloseTo(-25.65, 2);
    expect(differenceOf(/single NAT/, two)).toBeUndefined();
  });
});

describe('What a change costs', () => {
  test('A plan names the sum, and the lines that are different', () => {
    const single = costOf(manifestWith(['nat: per-az', 'nat: single']));
    expect(describeCostChange(cost, single)).toBe(
      'About −38.69 USD a month (386.66 → 347.97): NAT Gateway, gateways −35.04; not in the guide, public IPv4 addresses −3.65.',
    );
  });

  test('More tasks are the same line with another sum', () => {
    const more = costOf(manifestWith(['desired-count: 1', 'desired-count: 2']));
    expect(costChanges(cost, more).map(({ item }) => item)).toContain('ECS Fargate, tasks on x86: vCPU');
    expect(costChanges(cost, more).every(({ before }) => before > 0)).toBe(true);
  });

  test('Nothing is said when nothing changes', () => {
    expect(describeCostChange(cost, costOf(manifest))).toBeUndefined();
  });
});

describe('npm run cost', () => {
  const files = new Map([
    ['/caller/slipway.yml', exampleManifest],
    ['/caller/old.yml', variedManifest(['nat: per-az', 'nat: none'])],
  ]);
  const run = (...args: string[]) =>
    costCommand(['--manifest', 'slipway.yml', ...args], (path) => files.get(path)!, '/caller');

  test('The guide and the manifest stand side by side, and the age of the prices below', () => {
    const text = run();
    expect(text).toMatch(/^Total +245\.00 +386\.66$/m);
    expect(text).toMatch(/^NAT Gateway +70\.00 +71\.04 /m);
    expect(text).toMatch(/^Not in the guide +0\.00 +64\.84$/m);
    expect(text).toContain('written down on 2026-11-23 from memory and not checked online');
  });

  test('As JSON for programs', () => {
    const json = JSON.parse(run('--json')) as { usd: number; whatIfs: unknown[]; prices: unknown };
    expect(json.usd).toBeCloseTo(386.66, 2);
    expect(json.whatIfs).toHaveLength(4);
    expect(json.prices).toMatchObject({ region: 'eu-west-1', checkedOnline: false });
  });

  test('Against another state of the manifest, the change alone', () => {
    expect(run('--against', 'old.yml')).toMatch(/^About \+78\.34 USD a month/);
    expect(run('--against', 'slipway.yml')).toBe('Costs do not change.');
  });

  test('An environment that is not there and an option that is none are said', () => {
    expect(() => run('--environment', 'nope')).toThrow('no environment of this name');
    expect(() => run('--cheaper')).toThrow("Unknown option '--cheaper'");
  });
});

function manifestWith(...changes: readonly Change[]) {
  return selectEnvironment(parseManifest(variedManifest(...changes)), 'prod');
}

function differenceOf(what: RegExp, of = manifest) {
  return whatIfs(of).find((each) => what.test(each.what))?.difference;
}

function countOf(type: string) {
  return [...example().values()].reduce((sum, template) => sum + allOf(template, type).length, 0);
}
