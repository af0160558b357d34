import type { Change, PlannedService, PlanReport, UntouchedService } from '../../../../lib/core/release.ts';
import type { ReleasePlan, ServicePlan } from './plan.ts';

/** The plan as people and programs are told of it: what happens to each service, and why. */
export function reportPlan({ services, waves, untouched, removed }: ReleasePlan): PlanReport {
  const goes = new Set(removed.map(({ name }) => name));
  return {
    willChange: removed.length > 0 || services.some(({ change }) => change !== 'unchanged'),
    waves: waves.map((wave) => wave.map(reportService)),
    untouched: untouched.map(({ service, kind }) => ({
      service,
      why: kind === 'declared' ? 'not chosen' : `not in the manifest${goes.has(service) ? ', to be deleted' : ''}`,
    })),
  };
}

function reportService({ name, ecsName, change, changes, wanted }: ServicePlan): PlannedService {
  return { name, service: ecsName, change, digest: wanted.digest, changes };
}

/** The plan for the log. */
export function describePlan(plan: ReleasePlan): string {
  const { willChange, waves, untouched } = reportPlan(plan);
  const others = untouched.length === 0 ? [] : ['Not touched', ...untouched.map(describeUntouched)];
  if (!willChange) return ['Nothing will change.', ...others].join('\n');
  return [...waves.flatMap((wave, at) => [`Wave ${at + 1}`, ...wave.flatMap(describeService)]), ...others].join('\n');
}

function describeService({ name, change, changes }: PlannedService): readonly string[] {
  return [`  ${name}: ${changeWords[change]}`, ...changes.map((one) => `    ${describeChange(one)}`)];
}

function describeUntouched({ service, why }: UntouchedService): string {
  return `  ${service}: ${why}`;
}

export function describeChange({ what, from, to }: PlannedService['changes'][number]): string {
  return `${what}: ${from} → ${to}`;
}

/** What a change is called wherever people read of it. */
export const changeWords: Readonly<Record<Change, string>> = {
  create: 'create',
  update: 'update',
  restart: 'restart (same definition)',
  unchanged: 'unchanged',
};
