import type { Tags, TaskDefinition } from './state.ts';

/** A task's own tags, and those it takes over from its definition or service; its own win. */
export function propagated(source: {
  tags?: Tags;
  propagateTags?: string | undefined;
  definition: TaskDefinition;
  owner?: { service: { tags: Tags } };
}): Tags {
  const inherited =
    source.propagateTags === 'TASK_DEFINITION'
      ? source.definition.tags
      : source.propagateTags === 'SERVICE'
        ? (source.owner?.service.tags ?? [])
        : [];
  return mergeTags(inherited, source.tags ?? []);
}

export function mergeTags(before: Tags, after: Tags): Tags {
  const byKey = new Map([...before, ...after].map(({ key, value }) => [key, value]));
  return [...byKey].map(([key, value]) => ({ key, value }));
}
