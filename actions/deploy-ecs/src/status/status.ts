import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { readRelease } from '../../../../lib/aws/ledger/records.ts';
import { readContract } from '../../../../lib/aws/ssm-contract.ts';
import type { ReleaseRecord } from '../../../../lib/core/ledger.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { markdownTable } from '../../../../lib/github/summary.ts';
import type { World } from '../../../../lib/world/open-world.ts';
import { shortArn } from '../apply/start.ts';

/** Says what runs where, held against the ledger. Changes nothing. */
export async function showStatus(step: Step, { manifest, aws }: World): Promise<void> {
  const where = { application: manifest.application, environment: manifest.environment.name };
  const contract = await readContract(aws, manifest);
  const names = [...contract.services].map(([name, { service }]) => ({ name, ecsName: service }));
  const [services, head] = await Promise.all([
    describeServices(
      aws,
      contract.cluster.name,
      names.map(({ ecsName }) => ecsName),
    ),
    readHead(aws, where),
  ]);
  const current = head?.current === undefined ? undefined : await readRelease(aws, where, head.current);
  const rows = names.map(({ name, ecsName }) => statusOf(name, services.get(ecsName), current));
  step.log.info(`Current release: ${head?.current ?? 'none'}`);
  for (const [name, revision, running, state, ledger] of rows)
    step.log.info(`${name}: ${revision}, ${running}, ${state}, ${ledger}`);
  step.summary.add(
    [
      `### Status: ${head?.current ?? 'no release yet'}`,
      markdownTable(['service', 'revision', 'running', 'rollout', 'ledger'], rows),
    ].join('\n\n'),
  );
}

type Row = [name: string, revision: string, running: string, state: string, ledger: string];

function statusOf(name: string, service: ObservedService | undefined, current: ReleaseRecord | undefined): Row {
  const recorded = current !== undefined && Object.hasOwn(current.services, name) ? current.services[name] : undefined;
  if (service === undefined)
    return [name, 'none', '0 of 0', 'absent', recorded === undefined ? 'not released yet' : 'released, but gone'];
  const { taskDefinition, running, desired } = service;
  const state = primaryOf(service)?.rolloutState ?? 'unknown';
  const ledger =
    recorded === undefined
      ? 'not in the ledger'
      : recorded.taskDefinition === taskDefinition
        ? 'as released'
        : `differs: ${shortArn(recorded.taskDefinition)} was released`;
  return [name, shortArn(taskDefinition), `${running} of ${desired}`, state, ledger];
}
