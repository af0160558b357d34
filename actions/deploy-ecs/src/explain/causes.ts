import { explainStop, explainText } from '../../../../lib/aws/ecs-explain.ts';
import type { LikelyCause } from '../../../../lib/aws/ecs-stop-reasons.ts';
import type { ObservedTask } from '../../../../lib/aws/ecs-tasks.ts';
import { describeEnding } from '../watch/progress-words.ts';
import type { Ending } from '../watch/target.ts';

/** One sentence on the likely cause, and what to do about it when that is known. */
export function causeOf(
  ending: Ending,
  stopped: readonly ObservedTask[],
  events: readonly string[],
): { readonly cause: string; readonly remedy: string | undefined } {
  const told = toldCause(ending);
  if (told !== undefined) return told;
  const [task] = stopped;
  const known = task === undefined ? explainText(events.join('\n')) : explainTask(task, events);
  if (known !== undefined) return known;
  return { cause: ending.kind === 'failed' ? ending.reason : `It was ${describeEnding(ending)}.`, remedy: undefined };
}

/** Only the events know what the load balancer saw. */
function explainTask(task: ObservedTask, events: readonly string[]): LikelyCause {
  const isForLoadBalancer = /failed ELB health checks/i.test(task.stoppedReason ?? '');
  const seen = events.filter((message) => message.includes('is unhealthy in (target-group'));
  return (isForLoadBalancer ? explainText(seen.join('\n')) : undefined) ?? explainStop(task);
}

/** What people or alarms did stands in the ending; tasks that stopped because of it say nothing more. */
function toldCause(ending: Ending): { cause: string; remedy: string | undefined } | undefined {
  if (ending.kind === 'superseded')
    return {
      cause: `It was ${describeEnding(ending)}.`,
      remedy: 'Someone else deployed meanwhile: see who, and give the jobs one concurrency group.',
    };
  if (ending.kind !== 'failed') return undefined;
  const { reason } = ending;
  const known = doneBySomeone.find(({ matches }) => matches.test(reason));
  return known === undefined ? undefined : { cause: `${capitalised(reason)}.`, remedy: known.remedy };
}

const doneBySomeone: readonly { readonly matches: RegExp; readonly remedy: string }[] = [
  {
    matches: /^the alarms? .* went off$/,
    remedy: 'Look at the alarm in CloudWatch; the release made it worse, or it was about to go off.',
  },
  { matches: /\(StopServiceDeployment\)/, remedy: 'CloudTrail says who stopped it; then run the job again.' },
  { matches: /desired count to 0/, remedy: 'Give the service its count back, then run the job again.' },
  { matches: /service was deleted|does not know the service/, remedy: 'Run the job again: it creates the service.' },
];

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
}
