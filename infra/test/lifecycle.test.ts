import { expect, test } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { stackName, stackParts } from '../../lib/core/names.ts';
import { simulateAws, type SimulatedCloud } from '../../simulator/aws.ts';
import { alone } from './alone.ts';
import { example } from './synthesised.ts';
import { varied, type Change } from './varied.ts';

/** What becomes of an environment that stands when its manifest changes, as CloudFormation sees it, stack by stack in their order. */

const withoutData: readonly Change[] = [
  [/^database:[^]*?\n\n/m, ''],
  [/^cache:[^]*?\n\n/m, ''],
  [/^ +DATABASE_URL.*\n.*\n/gm, ''],
  [/^ +REDIS_URL.*\n/gm, ''],
];
const private_ = (path: string): Change => [new RegExp(`^ +ingress: ${path}.*\n`, 'm'), ''];
const said = (line: string): Change => ['nat: per-az', `nat: per-az\n    ${line}`];

test.each<[string, ...Change[]]>([
  ['a private and a public service go', [/^  worker:[^]*?\n\n/m, ''], [/^  gateway:[^]*?\n\n/m, '']],
  ['a service listens on another port', ['port: 3000', 'port: 3001']],
  ['a service becomes private', private_('/api')],
  ['no service is public any more', private_('/api'), private_('/\\*')],
  ['the network spans a third zone', ['[eu-west-1a, eu-west-1b]', '[eu-west-1a, eu-west-1b, eu-west-1c]']],
  ['ways out, flow log and firewall go', ['nat: per-az', 'nat: single\n    flow-logs: false\n    firewall: none']],
  ['alarms go', said('alarms: { enabled: false }')],
])('Every stack is updated when %s.', async (_, ...changes) => {
  const account = await bootstrapped();
  await deploy(account, example());
  const after = await deploy(account, varied(...changes));
  expect(after).toEqual(after.map(({ part }) => ({ part, status: whole, reasons: [] })));
  expect(after.some(({ status }) => status === 'UPDATE_COMPLETE')).toBe(true);
});

test('A database that its protection keeps stays behind, and every stack stands all the same.', async () => {
  const account = await bootstrapped();
  await deploy(account, example());
  const after = await deploy(account, varied(...withoutData));
  expect(after.map(({ status }) => status)).toEqual(after.map(() => whole));
  expect(after.flatMap(({ reasons }) => reasons)).toEqual([expect.stringContaining('Cannot delete protected Cluster')]);
});

test('What a stack hands on is exported before anybody reads it, and after.', () => {
  // The network; subnets of two zones, in three kinds; the shared groups; the namespace.
  expect(exported(alone.network())).toBe(1 + 6 + 4 + 1);
  expect(exported(alone.edge())).toBe(3);
  expect([exported(alone.data()), exported(alone.data(said('encryption: cmk')))]).toEqual([0, 1]);
});

test('Nothing is updated when nothing has changed.', async () => {
  const account = await bootstrapped();
  await deploy(account, example());
  const again = await deploy(account, example());
  expect(again).toEqual(stackParts.map((part) => ({ part, status: 'CREATE_COMPLETE', reasons: [] })));
});

const whole = expect.stringMatching(/^(?:CREATE|UPDATE)_COMPLETE$/);

function exported(template: Template): number {
  return Object.keys(template.toJSON()['Outputs'] ?? {}).length;
}

/** CDK's bootstrap leaves its version, which every template asks for. */
async function bootstrapped(): Promise<SimulatedCloud> {
  const account = simulateAws();
  const properties = { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' };
  await account.provision([{ id: 'bootstrap', type: 'AWS::SSM::Parameter', properties }]);
  return account;
}

async function deploy({ cloudformation }: SimulatedCloud, templates: ReadonlyMap<string, Template>) {
  const ended = [];
  for (const part of stackParts) {
    const template = templates.get(part);
    if (template === undefined) continue;
    const name = stackName('smartboard', 'prod', part);
    const { status, reasons } = await cloudformation.deploy({ name, template: JSON.stringify(template.toJSON()) });
    ended.push({ part, status, reasons });
  }
  return ended;
}
