import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { Followed } from './followed.ts';
import type { Look } from './look.ts';
import { noticesOf } from './notices.ts';
import { describeProgress } from './progress-words.ts';
import type { WatchWorld } from './world.ts';

/** Says what has changed since the last look, and what people should know, each once. */
export function tellProgress(open: readonly Followed[], look: Look, world: WatchWorld): void {
  for (const followed of open) {
    const service = look.services.get(followed.target.ecsName);
    if (service !== undefined) tellService(followed, service, look, world);
  }
}

function tellService(followed: Followed, service: ObservedService, look: Look, { aws, log }: WatchWorld): void {
  const { target } = followed;
  const line = describeProgress(target, service);
  if (line !== followed.line) log.info(`${target.name}: ${line}`);
  followed.line = line;
  const record = look.records.get(target.serviceDeployment ?? '');
  for (const { about, line: notice } of noticesOf(followed, { service, record, region: aws.region })) {
    if (!followed.told.has(about)) log.info(`${target.name}: ${notice}`);
    followed.told.add(about);
  }
}
