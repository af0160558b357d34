import type { RequestHandler } from '../lib/aws/session.ts';
import type { Clock } from '../lib/core/world.ts';
import type { VirtualClock } from '../simulator/clock.ts';
import { inProcessHandler } from '../simulator/transport/in-process.ts';

/** The simulated AWS as the actions' way to it: the same bytes as over HTTP, without sockets, on the virtual clock. */
export function inProcess(cloud: Parameters<typeof inProcessHandler>[0]): RequestHandler {
  return inProcessHandler(cloud) as RequestHandler;
}

/** A simulated clock (`virtualClock`) as the actions want theirs; time passes only while everybody sleeps. */
export function clockOf(simulated: Pick<VirtualClock, 'now' | 'sleep' | 'after'>): Clock {
  return {
    now: () => simulated.now(),
    elapsed: () => simulated.now(),
    sleep: (ms, signal) => simulated.sleep(ms, signal),
    after(ms, work) {
      const timer = simulated.after(ms, work);
      return () => timer.cancel();
    },
  };
}
