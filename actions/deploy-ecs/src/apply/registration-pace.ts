import { type Pace, paceOf } from '../../../../lib/aws/pace.ts';
import type { Clock } from '../../../../lib/core/world.ts';

export { type Pace, paceOf };

/** ECS allows 20 registrations at once and one a second after that, for the whole account: a little less is never refused. */
export function registrationPace(clock: Clock): Pace {
  return paceOf(clock, { burst: 20, everyMs: 1_050 });
}
