import type { Plan } from '../src/plan.ts';

/** A plan in which nothing changes; a test says what does. */
export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    application: 'smartboard',
    environment: 'prod',
    commit: 'a'.repeat(40),
    images: { kind: 'known', value: [{ service: 'web', would: 're-tag', why: 'unchanged' }] },
    services: { kind: 'known', value: { waves: [[{ name: 'web', change: 'unchanged', changes: [] }]], untouched: [] } },
    infra: { kind: 'known', value: null },
    cost: { kind: 'known', value: 'No change.' },
    ...changes,
  };
}

export const toBuild = (service: string, why = 'its content is new'): Plan['images'] => ({
  kind: 'known',
  value: [{ service, would: 'build', why }],
});

type Change = { readonly what: string; readonly from: string; readonly to: string };

export const updated = (name: string, changes: Change[]): Plan['services'] => ({
  kind: 'known',
  value: { waves: [[{ name, change: 'update', changes }]], untouched: [] },
});

export const stackChange = (difference: string, name = 'smartboard-prod-data'): Plan['infra'] => ({
  kind: 'known',
  value: {
    outcome: 'compared',
    stacks: [{ name, added: 1, changed: 2, removed: 0, difference }],
    losses: [],
    notes: [],
  },
});
