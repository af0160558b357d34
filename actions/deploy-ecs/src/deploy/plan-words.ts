import { markdownTable } from '../../../../lib/github/summary.ts';
import type { ReleasePlan, ServicePlan } from './plan.ts';

/** The plan for the log: what happens to each service, and why. */
export function describePlan({ services, waves }: ReleasePlan): string {
  if (services.every(({ change }) => change === 'unchanged')) return 'Nothing will change.';
  return waves.flatMap((wave, at) => [`Wave ${at + 1}`, ...wave.flatMap(describeService)]).join('\n');
}

function describeService({ name, change, changes, wanted, restoreCount }: ServicePlan): readonly string[] {
  const count = restoreCount ? [`    desired count: 0 → ${wanted.service.desiredCount}`] : [];
  return [
    `  ${name}: ${words[change]}`,
    ...changes.map(({ what, from, to }) => `    ${what}: ${from} → ${to}`),
    ...count,
  ];
}

const words = {
  create: 'create',
  update: 'update',
  restart: 'restart (same definition)',
  unchanged: 'unchanged',
} as const;

/** The plan for the summary. */
export function summarisePlan({ waves }: ReleasePlan): string {
  const rows = waves.flatMap((wave, at) =>
    wave.map(({ name, change, changes, wanted }) => [
      String(at + 1),
      name,
      change,
      wanted.digest.slice(0, 19),
      changes.map(({ what, from, to }) => `${what}: ${from} → ${to}`).join('; '),
    ]),
  );
  return ['### Plan', markdownTable(['wave', 'service', 'change', 'digest', 'differences'], rows)].join('\n\n');
}
