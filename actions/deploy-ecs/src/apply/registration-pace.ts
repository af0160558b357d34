import { type Pace, paceOf } from '../../../../lib/aws/pace.ts';
import type { Clock } from '../../../../lib/core/world.ts';

/** ECS allows 20 registrations at once and one a second after that, for the whole account: a little less is never refused. */
export function registrationPace(clock: Clock): Pace {
  return paceOf(clock, { burst: 20, everyMs: 1_050 });
}

/** ECS takes 50 changes of services at once and five a second after that; some of it is left to others. */
export function updatePace(clock: Clock): Pace {
  return paceOf(clock, { burst: 40, everyMs: 250 });
}
