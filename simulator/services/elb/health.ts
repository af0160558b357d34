import type { Clock } from '../../clock.ts';
import type { TargetGroup, TargetHealth, TargetState } from './state.ts';

/** Asks the target every interval, and changes its health at the thresholds. Stops when it is drained. */
export function watchTarget(clock: Clock, group: TargetGroup, state: TargetState, changed: () => void): void {
  const { healthCheck } = group;
  const check = async () => {
    const code = await state.target.probe(healthCheck.path, healthCheck.timeoutSeconds * 1000).catch(() => undefined);
    if (state.health === 'draining') return;
    count(state, code !== undefined && matches(healthCheck.codes, code), code);
    const next = nextHealth(state, healthCheck.healthyThreshold, healthCheck.unhealthyThreshold);
    const isChange = next !== state.health;
    state.health = next;
    if (isChange) changed();
    schedule();
  };
  const schedule = () => {
    state.timer = clock.after(healthCheck.intervalSeconds * 1000, () => void check());
  };
  schedule();
}

function count(state: TargetState, isSuccess: boolean, code: number | undefined): void {
  state.successes = isSuccess ? state.successes + 1 : 0;
  state.failures = isSuccess ? 0 : state.failures + 1;
  if (isSuccess) state.reason = '';
  else state.reason = code === undefined ? 'Request timed out' : `Health checks failed with these codes: [${code}]`;
}

function nextHealth(state: TargetState, healthyThreshold: number, unhealthyThreshold: number): TargetHealth {
  if (state.successes >= healthyThreshold) return 'healthy';
  if (state.failures >= unhealthyThreshold) return 'unhealthy';
  return state.health;
}

/** Whether a status code is one of `200`, `200,202` or `200-299`. */
export function matches(codes: string, code: number): boolean {
  return codes.split(',').some((part) => {
    const [low = 0, high = low] = part.split('-').map(Number);
    return code >= low && code <= high;
  });
}
