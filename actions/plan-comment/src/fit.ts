import type { Plan } from './plan.ts';

/** An input is one variable of a process, of which Linux takes 128 KiB; a comment holds about half as much. */
export const largestPlanBytes = 60_000;

/** The plan itself, or as much of it as one comment can show: differences of stacks go first, then those of services. */
export function fit(plan: Plan): Plan {
  const shorter = [plan, withoutDifferences(plan), withoutChanges(withoutDifferences(plan)), withoutParts(plan)];
  return shorter.find((one) => Buffer.byteLength(JSON.stringify(one)) <= largestPlanBytes) ?? withoutParts(plan);
}

export function withoutDifferences(plan: Plan): Plan {
  const { infra } = plan;
  if (infra.kind === 'unknown' || infra.value === null) return plan;
  const stacks = infra.value.stacks.map(({ difference, ...stack }) =>
    difference === '' ? { ...stack, difference } : stack,
  );
  return { ...plan, infra: { kind: 'known', value: { ...infra.value, stacks } } };
}

export function withoutChanges(plan: Plan): Plan {
  const { services } = plan;
  if (services.kind === 'unknown') return plan;
  const waves = services.value.waves.map((wave) =>
    wave.map((service) => ({
      ...service,
      changes:
        service.changes.length === 0 ? [] : [{ what: `${service.changes.length} differences`, from: '', to: '' }],
    })),
  );
  return { ...plan, services: { kind: 'known', value: { ...services.value, waves } } };
}

function withoutParts(plan: Plan): Plan {
  return { ...plan, images: tooLong, services: tooLong, infra: tooLong };
}

const tooLong = { kind: 'unknown', why: 'too-long' } as const;
