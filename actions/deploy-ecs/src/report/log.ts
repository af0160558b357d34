import type { ReleaseReport, ServiceReport } from '../../../../lib/core/release.ts';
import type { Log } from '../../../../lib/core/world.ts';
import { shortArn } from '../apply/start.ts';

/** At the end, each service once: one line that is always seen, and its story folded under it. */
export async function logServices({ services }: ReleaseReport, log: Log): Promise<void> {
  for (const service of services) {
    await log.group(headline(service), async () => storyOf(service).forEach((line) => log.info(line)));
  }
}

function headline({ name, outcome, running, desired, taskDefinition, seconds }: ServiceReport): string {
  const time = seconds === 0 ? '' : ` after ${seconds} s`;
  const revision =
    taskDefinition === '' ? 'not there' : `${shortArn(taskDefinition)}, ${running} of ${desired} running`;
  return `${name}: ${outcome}${time} (${revision})`;
}

function storyOf({
  change,
  before,
  digest,
  deploymentId,
  rolloutState,
  explanation,
}: ServiceReport): readonly string[] {
  return [
    `  change: ${change}`,
    ...(before === undefined && change !== 'create'
      ? []
      : [`  before: ${before === undefined ? 'not there' : shortArn(before)}`]),
    `  image: ${digest === '' ? 'unknown' : digest}`,
    `  deployment: ${deploymentId ?? 'none'}${rolloutState === undefined ? '' : `, ${rolloutState}`}`,
    ...explanation.map((line) => `  ${line}`),
  ];
}
