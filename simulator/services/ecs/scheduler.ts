/** The tasks of one revision, counted as the scheduler sees them. */
export type Fleet = {
  /** How many tasks this revision is to have. */
  readonly desired: number;
  /** RUNNING and healthy. */
  readonly healthy: number;
  /** Starting, or RUNNING without having proven its health. */
  readonly unproven: number;
  /** RUNNING and to be replaced: unhealthy, or about to leave. */
  readonly condemned: number;
  /** Ended by themselves, not STOPPED yet: their place is taken, but they no longer count as live. */
  readonly ending: number;
};

export type CapacityRules = {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** False once the deployment failed: nothing is started, and nothing of the previous revisions is stopped. */
  readonly launching: boolean;
  /** Two revisions run side by side, in full: a strategy that shifts traffic decides when the previous ones may go. */
  readonly keepsPrevious?: boolean;
};

export type CapacityPlan = {
  readonly startPrimary: number;
  readonly startPrevious: number;
  /** How many of each kind to stop, by revision. */
  readonly stopPrimary: Stops;
  readonly stopPrevious: Stops;
  /** What the previous revisions are to keep from now on. */
  readonly previousDesired: number;
  /** The percentages leave no room to move in either direction. */
  readonly stuck: boolean;
};

export type Stops = { readonly healthy: number; readonly unproven: number; readonly condemned: number };

const nothing: Stops = { healthy: 0, unproven: 0, condemned: 0 };

const clamp = (value: number, high: number) => Math.max(0, Math.min(value, high));
const live = (fleet: Fleet) => fleet.healthy + fleet.unproven + fleet.condemned;
const occupied = (fleet: Fleet) => fleet.healthy + fleet.unproven + fleet.ending;

/** Tasks that must stay healthy, and tasks that may exist, during a deployment. */
export function capacityBounds(rules: Omit<CapacityRules, 'launching' | 'keepsPrevious'>): {
  lower: number;
  upper: number;
} {
  return {
    lower: Math.ceil((rules.desired * rules.minimumHealthyPercent) / 100),
    upper: Math.floor((rules.desired * rules.maximumPercent) / 100),
  };
}

/** One step of a rolling deployment: what to start and what to stop now. */
export function planCapacity(rules: CapacityRules, primary: Fleet, previous: Fleet): CapacityPlan {
  const bounds = capacityBounds(rules);
  const lower = bounds.lower;
  const upper = rules.keepsPrevious === true ? Infinity : bounds.upper;
  const rollsDown = rules.launching && rules.keepsPrevious !== true;
  const room = Math.max(0, upper - live(primary) - live(previous));
  const missing = rules.desired - occupied(primary);
  const startPrimary = rules.launching ? clamp(missing, room) : 0;
  const isBlocked = missing > 0 && room === 0;

  const surplus = primary.healthy + previous.healthy - lower;
  const stopPrevious = rollsDown ? planPreviousStops(previous, surplus, isBlocked) : nothing;
  const previousDesired =
    rollsDown && surplus >= 0 ? Math.min(previous.desired, previous.healthy - stopPrevious.healthy) : previous.desired;
  const startPrevious = clamp(previousDesired - occupied(previous), room - startPrimary);

  return {
    startPrimary,
    startPrevious,
    stopPrimary: planPrimaryStops(rules.desired, primary, isBlocked),
    stopPrevious,
    previousDesired,
    stuck: rules.launching && isBlocked && isAtRest(primary, previous) && stopPrevious.healthy === 0,
  };
}

function planPreviousStops(previous: Fleet, surplus: number, isBlocked: boolean): Stops {
  if (surplus >= 0)
    return {
      healthy: Math.min(previous.healthy, surplus),
      unproven: previous.unproven,
      condemned: previous.condemned,
    };
  const excess = clamp(occupied(previous) - previous.desired, previous.unproven);
  if (excess > 0) return { ...nothing, unproven: excess };
  // The floor is not reached and nothing can start: only a task that serves nobody may make room.
  if (isBlocked && previous.condemned > 0) return { ...nothing, condemned: 1 };
  if (isBlocked && previous.unproven > 0) return { ...nothing, unproven: 1 };
  return nothing;
}

/** Too many are stopped, unproven ones first; an unhealthy one goes when its replacement is there, or to make room. */
function planPrimaryStops(desired: number, primary: Fleet, isBlocked: boolean): Stops {
  const excess = Math.max(0, primary.healthy + primary.unproven - desired);
  const unproven = Math.min(excess, primary.unproven);
  const condemned = primary.healthy >= desired ? primary.condemned : isBlocked ? Math.min(1, primary.condemned) : 0;
  return { healthy: Math.min(excess - unproven, primary.healthy), unproven, condemned };
}

function isAtRest(primary: Fleet, previous: Fleet): boolean {
  return [primary, previous].every((fleet) => fleet.unproven + fleet.condemned + fleet.ending === 0);
}
