import type { PhaseReport, ReleaseReport, ServiceReport } from '../../../../lib/core/release.ts';
import { type Bar, gantt } from '../../../../lib/github/gantt.ts';

/** What took how long, as a diagram; nothing where nothing was begun. */
export function timelineOf({ phases, services }: ReleaseReport): readonly string[] {
  const rollouts = services.flatMap(barOf);
  if (rollouts.length === 0) return [];
  return [
    '#### Timeline, in seconds',
    gantt([
      { title: 'phases', bars: phases.map(phaseBar) },
      { title: 'rollouts', bars: rollouts },
    ]),
  ];
}

function phaseBar({ name, beganAfter, seconds }: PhaseReport): Bar {
  return { label: name, from: beganAfter, to: beganAfter + seconds, look: 'done' };
}

function barOf({ name, outcome, beganAfter, seconds }: ServiceReport): readonly Bar[] {
  if (beganAfter === undefined) return [];
  const look = outcome === 'deployed' ? 'done' : outcome === 'unknown' ? 'active' : 'crit';
  return [{ label: `${name} ${outcome}`, from: beganAfter, to: beganAfter + seconds, look }];
}
