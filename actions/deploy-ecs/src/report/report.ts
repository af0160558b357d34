import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeServices, type ObservedService, primaryOf } from '../../../../lib/aws/ecs-services.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, imageDigestOf } from '../../../../lib/aws/task-definition.ts';
import type { PlanReport, ReleaseReport, ServiceReport, Verdict } from '../../../../lib/core/release.ts';
import type { Step } from '../../../../lib/github/step.ts';
import { logServices } from './log.ts';
import { type Phase, phaseReports } from './phases.ts';
import type { ServiceResult } from './result.ts';
import { summarise } from './summary.ts';

export { failureOf } from './failure.ts';

export type Conclusion = {
  readonly release: string;
  readonly operation: string;
  /** Undefined where no release was meant to begin. */
  readonly verdict: Verdict | undefined;
  readonly reason: string | undefined;
  readonly cluster: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly results: readonly ServiceResult[];
  readonly plan?: PlanReport | undefined;
  readonly phases?: readonly Phase[];
  /** The command that goes on from here (`nextCommand`). */
  readonly next?: string | undefined;
};

/** Looks once more at what really runs, and puts it together with what was done. */
export async function buildReport(aws: Aws, conclusion: Conclusion): Promise<ReleaseReport> {
  const { results, startedAt, phases = [], plan, next, ...told } = conclusion;
  const services = await readServices(aws, conclusion.cluster, results);
  const foreign = await foreignDigests(aws, results, services);
  const now = aws.clock.now();
  return {
    schema: 1,
    ...told,
    region: aws.region,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(now).toISOString(),
    ...(next === undefined ? {} : { next }),
    ...(plan === undefined ? {} : { plan }),
    phases: phaseReports(phases, startedAt),
    services: results.map((result) => reportService(result, services.get(result.service), { foreign, startedAt, now })),
  };
}

/** A read may lag behind what the watch has seen already: then it is repeated, for as long as reads do. */
async function readServices(
  aws: Aws,
  cluster: string,
  results: readonly ServiceResult[],
): Promise<ReadonlyMap<string, ObservedService>> {
  const names = results.map(({ service }) => service);
  for (let looks = 1; ; looks++) {
    const services = await describeServices(aws, cluster, names);
    const isStale = results.some(({ service, supersededBy }) => {
      const shown = services.get(service)?.deployments ?? [];
      return supersededBy !== undefined && shown.every(({ id }) => id !== supersededBy);
    });
    if (!isStale || looks === mostLooks) return services;
    await aws.clock.sleep(1_000);
  }
}

const mostLooks = 5;

/** Digests in definitions that this release knows nothing of: someone else deployed a service that it left alone. */
async function foreignDigests(
  aws: Aws,
  results: readonly ServiceResult[],
  services: ReadonlyMap<string, ObservedService>,
): Promise<ReadonlyMap<string, string>> {
  const arns = results.flatMap(({ service, digests }) => {
    const running = services.get(service)?.taskDefinition;
    return running === undefined || digests.has(running) ? [] : [running];
  });
  const found = await Promise.all(arns.map((arn) => describeTaskDefinition(aws, arn)));
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.arn, imageDigestOf(one.definition)]])));
}

function reportService(
  result: ServiceResult,
  service: ObservedService | undefined,
  { foreign, startedAt, now }: { foreign: ReadonlyMap<string, string>; startedAt: number; now: number },
): ServiceReport {
  const { digests, startedAt: began, endedAt, supersededBy: _supersededBy, ...told } = result;
  const primary = service === undefined ? undefined : primaryOf(service);
  const taskDefinition = primary?.taskDefinition ?? '';
  return {
    ...told,
    digest: digests.get(taskDefinition) ?? foreign.get(taskDefinition) ?? '',
    taskDefinition,
    deploymentId: primary?.id,
    rolloutState: primary?.rolloutState,
    running: service?.running ?? 0,
    desired: service?.desired ?? 0,
    ...(began === undefined ? {} : { beganAfter: tenths(began - startedAt) }),
    seconds: began === undefined ? 0 : tenths((endedAt ?? now) - began),
  };
}

function tenths(ms: number): number {
  return Math.round(ms / 100) / 10;
}

/**
 * Outputs, file, log and summary: the same on success and on failure. `verdict` stays unset where no release was meant
 * to begin, since a plan has no end that one could speak of.
 */
export async function publishReport(step: Step, report: ReleaseReport): Promise<void> {
  const file = join(step.temporaryDirectory, 'report.json');
  await mkdir(step.temporaryDirectory, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  step.outputs.set('release', report.release);
  if (report.verdict !== undefined) step.outputs.set('verdict', report.verdict);
  step.outputs.set('report', file);
  await logServices(report, step.log);
  step.summary.add(summarise(report, step.job));
}
