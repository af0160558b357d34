import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { type Aws, openAws } from '../../../lib/aws/session.ts';
import type { InfraReport } from '../../../lib/core/infra-report.ts';
import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { simulateAws, type SimulatedCloud } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { Cdk } from '../../cli/cdk.ts';
import { run } from '../../cli/run.ts';

export const slipway = new URL('../../../', import.meta.url).pathname;
export const exampleManifest = await readFile(join(slipway, 'examples/smartboard/slipway.yml'), 'utf8');

type Resources = Readonly<Record<string, object>>;

/** The infra command in a simulated account, with a stand-in for CDK that synthesises and deploys what a test says. */
export type CliStage = {
  readonly cloud: SimulatedCloud;
  readonly aws: Aws;
  readonly folder: string;
  /** Arguments of each call of CDK. */
  readonly cdkCalls: readonly (readonly string[])[];
  /** What the app will synthesise: resources by stack. */
  synthesises(stacks: Readonly<Record<string, Resources>>): void;
  /** Makes a stack that stands already. */
  deployed(name: string, resources: Resources, isProtected?: boolean): Promise<void>;
  run(verb: string, ...more: readonly string[]): Promise<Run>;
  close(): Promise<void>;
};

type Run = { readonly code: number; readonly printed: string; readonly report: InfraReport };

export async function openCliStage(manifest = exampleManifest): Promise<CliStage> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cli-'));
  await writeFile(join(folder, 'slipway.yml'), manifest);
  const clock = virtualClock();
  const cloud = simulateAws({ clock });
  const aws = openAws({
    region: cloud.region,
    credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
    requestHandler: inProcess(cloud),
    clock: clockOf(clock),
    chance: () => 0.5,
    log: { info() {}, warn() {}, group: (_title, work) => work() },
  });
  const cloudFormation = new CloudFormationClient(aws.configuration);
  const cdkCalls: (readonly string[])[] = [];
  const standing = new Set<string>();
  let wanted: Readonly<Record<string, Resources>> = {};

  const put = async (name: string, resources: Resources, isProtected = false) => {
    const template = { StackName: name, TemplateBody: JSON.stringify({ Resources: resources }) };
    await aws.send(
      cloudFormation,
      standing.has(name)
        ? new UpdateStackCommand(template)
        : new CreateStackCommand({ ...template, EnableTerminationProtection: isProtected }),
    );
    standing.add(name);
    await clock.advance(60_000);
  };

  const cdk: Cdk = async (args, where) => {
    cdkCalls.push(args.map((arg) => arg.replaceAll(folder, '<folder>').replaceAll(slipway, '<slipway>/')));
    const names = args.slice(1).filter((name) => name in wanted);
    if (args[0] === 'synth') await writeAssembly(args[args.indexOf('--output') + 1] ?? where, wanted);
    if (args[0] === 'deploy') for (const name of names) await put(name, wanted[name] ?? {});
    if (args[0] === 'destroy') {
      for (const StackName of names) await aws.send(cloudFormation, new DeleteStackCommand({ StackName }));
      await clock.advance(60_000);
    }
  };

  return {
    cloud,
    aws,
    folder,
    cdkCalls,
    synthesises: (stacks) => void (wanted = stacks),
    deployed: put,
    async run(verb, ...more) {
      const printed: string[] = [];
      const report = join(folder, 'report.json');
      const common = ['--environment', 'prod', '--manifest', 'slipway.yml', '--output', 'out', '--report', report];
      const world = { suite: slipway, cdk, openAws: () => aws, print: (text: string) => void printed.push(text) };
      const code = await run([verb, ...common, ...more], folder, world);
      return { code, printed: printed.join('\n'), report: JSON.parse(await readFile(report, 'utf8')) };
    },
    async close() {
      await cloud.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As `cdk synth` leaves it, as far as the command reads it. */
async function writeAssembly(folder: string, stacks: Readonly<Record<string, Resources>>): Promise<void> {
  const artifacts = Object.fromEntries(Object.keys(stacks).map((name) => [name, { type: 'aws:cloudformation:stack' }]));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  for (const [name, Resources] of Object.entries(stacks)) {
    await writeFile(join(folder, `${name}.template.json`), JSON.stringify({ Resources }));
  }
}

export const bucket = (BucketName: string, policy?: string) => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName },
  ...(policy === undefined ? {} : { DeletionPolicy: policy, UpdateReplacePolicy: policy }),
});
export const parameter = (Name: string, Value: string) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name, Value, Type: 'String' },
});
